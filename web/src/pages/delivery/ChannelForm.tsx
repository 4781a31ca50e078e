import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { Dialog, Field, FormEnd, Select } from '@/ui';
import { draft_of, Wishes, wishes_of } from './Wishes';
import { is_address, KINDS, way_of, type Kind } from './words';

type Channel = Schemas['Channel'];
type Body = Schemas['NewChannel'];
export interface Made {
  channel: Channel;
  secret: string;
}

/** A new channel, or one that is changed. What leaves the house is chosen here, part by part. */
export function ChannelForm({ channel, on_close, on_made }: { channel?: Channel; on_close: () => void; on_made: (made: Made) => void }) {
  const queries = useQueryClient();
  const [name, set_name] = useState(channel?.name ?? '');
  const [kind, set_kind] = useState<Kind>(channel?.kind ?? 'webhook');
  const [url, set_url] = useState(channel?.url ?? way_of[kind].start);
  const [user, set_user] = useState(channel?.user ?? '');
  const [password, set_password] = useState('');
  const [topic, set_topic] = useState(channel?.topic ?? 'glasshouse');
  const [mail_from, set_mail_from] = useState(channel?.mail_from ?? '');
  const [mail_to, set_mail_to] = useState(channel?.mail_to?.join(' ') ?? '');
  const [draft, set_draft] = useState(() => draft_of(channel));
  const [key, set_key] = useState(new_idempotency_key);
  const wishes = wishes_of(draft);
  const good = name.trim() !== '' && is_address(kind, url) && wishes !== undefined;
  const save = useMutation({
    mutationFn: async (body: Body) => {
      const header = { 'Idempotency-Key': key };
      if (channel) await call(api.PUT('/api/v1/channels/{id}', { params: { path: { id: channel.id }, header }, body }));
      else return call(api.POST('/api/v1/channels', { params: { header }, body }));
      return undefined;
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['channels'] });
      if (made?.secret) on_made({ channel: made.channel, secret: made.secret });
      else on_close();
    },
    onError: () => set_key(new_idempotency_key()),
  });
  const to = mail_to.split(/[\s,]+/).filter(Boolean);
  const way = (): Partial<Body> => {
    const login = { user: user.trim(), ...(password ? { password } : {}) };
    if (kind === 'mqtt') return { ...login, topic: topic.trim() };
    if (kind === 'mail') return { ...login, mail_from: mail_from.trim(), mail_to: to };
    return {};
  };
  const choose = (chosen: Kind) => {
    set_kind(chosen);
    if (url === way_of[kind].start) set_url(way_of[chosen].start);
  };
  const said = save.error instanceof ApiProblem ? save.error.fields : {};
  return (
    <Dialog open on_close={on_close} title={channel ? `Change “${channel.name}”` : 'New channel'} kind="wide">
      <form
        className="stack"
        onSubmit={(e) => {
          e.preventDefault();
          if (good) save.mutate({ name: name.trim(), kind, url: url.trim(), ...way(), ...wishes });
        }}
      >
        <div className="two-fields">
          <Field label="Who receives it" value={name} onChange={set_name} maxLength={80} error={said.name} autoFocus />
          {channel ? null : <Select label="How" options={KINDS} value={kind} on_change={(chosen) => choose(chosen as Kind)} error={said.kind} />}
        </div>
        <Field label="Address" hint={way_of[kind].hint} value={url} onChange={set_url} maxLength={500} error={said.url} spellCheck="false" />
        {kind === 'mqtt' ? <Field label="Topic" hint="Events are told at this, then /events" value={topic} onChange={set_topic} maxLength={80} error={said.topic} spellCheck="false" /> : null}
        {kind === 'mqtt' || kind === 'mail' ? (
          <div className="two-fields">
            {kind === 'mail' ? (
              <>
                <Field label="From" value={mail_from} onChange={set_mail_from} maxLength={200} error={said.mail_from} spellCheck="false" inputMode="email" />
                <Field label="To" hint="At most 20 addresses, with spaces between" value={mail_to} onChange={set_mail_to} maxLength={4000} error={said.mail_to} spellCheck="false" inputMode="email" />
              </>
            ) : null}
            <Field label="User name" hint="Empty where the server asks for none" value={user} onChange={set_user} maxLength={120} error={said.user} spellCheck="false" autoComplete="off" />
            <Field label="Password" hint={channel ? 'Empty: the one before stays' : 'Never shown again'} type="password" value={password} onChange={set_password} maxLength={200} error={said.password} autoComplete="new-password" />
          </div>
        ) : null}
        <Wishes draft={draft} change={(part) => set_draft((old) => ({ ...old, ...part }))} said={said} note="Never a plate, a case or a vehicle’s looks: who is told signs in to see them." />
        <FormEnd error={save.error} disabled={!good || save.isPending} on_cancel={on_close}>
          {channel ? 'Save: this is recorded' : 'Make the channel: this is recorded'}
        </FormEnd>
      </form>
    </Dialog>
  );
}
