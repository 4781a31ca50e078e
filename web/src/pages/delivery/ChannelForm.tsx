import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { cameras_query } from '@/api/queries';
import { Button, Checkbox, Dialog, Field, ProblemPanel, Select, useZone } from '@/ui';
import { clock_of, DAYS, has_day, is_address, KINDS, minute_of, PARTS, STATES, way_of, with_day, type Kind } from './words';

type Channel = Schemas['Channel'];
type Body = Schemas['NewChannel'];
export interface Made {
  channel: Channel;
  secret: string;
}

/** A new channel, or one that is changed. What leaves the house is chosen here, part by part. */
export function ChannelForm({ channel, on_close, on_made }: { channel?: Channel; on_close: () => void; on_made: (made: Made) => void }) {
  const queries = useQueryClient();
  const zone = useZone();
  const cameras = useQuery(cameras_query);
  const [name, set_name] = useState(channel?.name ?? '');
  const [kind, set_kind] = useState<Kind>(channel?.kind ?? 'webhook');
  const [url, set_url] = useState(channel?.url ?? way_of[kind].start);
  const [user, set_user] = useState(channel?.user ?? '');
  const [password, set_password] = useState('');
  const [topic, set_topic] = useState(channel?.topic ?? 'glasshouse');
  const [mail_from, set_mail_from] = useState(channel?.mail_from ?? '');
  const [mail_to, set_mail_to] = useState(channel?.mail_to?.join(' ') ?? '');
  const [enabled, set_enabled] = useState(channel?.enabled ?? true);
  const [parts, set_parts] = useState<readonly Channel['parts'][number][]>(channel?.parts ?? ['hotlist', 'camera']);
  const [states, set_states] = useState<readonly Schemas['AlertState'][]>(channel?.states ?? ['pending']);
  const [from, set_from] = useState(clock_of(channel?.quiet_from_min ?? 0));
  const [until, set_until] = useState(clock_of(channel?.quiet_until_min ?? 0));
  const [days, set_days] = useState(channel?.days ?? 127);
  const [pause, set_pause] = useState(String((channel?.cooldown_s ?? 0) / 60));
  const [camera_ids, set_cameras] = useState<readonly string[]>(channel?.camera_ids ?? []);
  const [key, set_key] = useState(new_idempotency_key);
  const quiet_from_min = minute_of(from);
  const quiet_until_min = minute_of(until);
  const cooldown_s = Math.round(Number(pause) * 60);
  const pause_ok = Number.isFinite(cooldown_s) && cooldown_s >= 0 && cooldown_s <= 86_400;
  const good = name.trim() !== '' && is_address(kind, url) && states.length > 0 && pause_ok && quiet_from_min !== undefined && quiet_until_min !== undefined;
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
  const toggled = <T,>(list: readonly T[], item: T, on: boolean) => (on ? [...list, item] : list.filter((i) => i !== item));
  return (
    <Dialog open on_close={on_close} title={channel ? `Change “${channel.name}”` : 'New channel'} kind="wide">
      <form
        className="stack"
        onSubmit={(e) => {
          e.preventDefault();
          if (good) save.mutate({ name: name.trim(), kind, url: url.trim(), ...way(), enabled, parts: [...parts], states: [...states], quiet_from_min, quiet_until_min, days, cooldown_s, camera_ids: [...camera_ids] });
        }}
      >
        <div className="two-fields">
          <Field label="Who receives it" value={name} onChange={set_name} maxLength={80} error={said.name} autoFocus />
          {channel ? null : <Select label="How" options={KINDS} value={kind} on_change={(chosen) => choose(chosen as Kind)} error={said.kind} />}
          <Field label="Address" hint={way_of[kind].hint} value={url} onChange={set_url} maxLength={500} error={said.url} spellCheck="false" />
          {kind === 'mqtt' ? <Field label="Topic" hint="Events are told at this, then /events" value={topic} onChange={set_topic} maxLength={80} error={said.topic} spellCheck="false" /> : null}
          {kind === 'mail' ? (
            <>
              <Field label="From" value={mail_from} onChange={set_mail_from} maxLength={200} error={said.mail_from} spellCheck="false" inputMode="email" />
              <Field label="To" hint="At most 20 addresses, with spaces between" value={mail_to} onChange={set_mail_to} maxLength={4000} error={said.mail_to} spellCheck="false" inputMode="email" />
            </>
          ) : null}
          {kind === 'mqtt' || kind === 'mail' ? (
            <>
              <Field label="User name" hint="Empty where the server asks for none" value={user} onChange={set_user} maxLength={120} error={said.user} spellCheck="false" autoComplete="off" />
              <Field label="Password" hint={channel ? 'Empty: the one before stays' : 'Never shown again'} type="password" value={password} onChange={set_password} maxLength={200} error={said.password} autoComplete="new-password" />
            </>
          ) : null}
        </div>
        <fieldset className="channel-choices">
          <legend className="field-label">What a message says, besides that there is an alert</legend>
          {PARTS.map((p) => (
            <Checkbox key={p.value} isSelected={parts.includes(p.value)} onChange={(on) => set_parts(toggled(parts, p.value, on))}>
              {p.label}
            </Checkbox>
          ))}
          <p className="small soft">Never a plate, a case or a vehicle’s looks: who is told signs in to see them.</p>
        </fieldset>
        <fieldset className="channel-choices">
          <legend className="field-label">When</legend>
          {STATES.map((s) => (
            <Checkbox key={s.value} isSelected={states.includes(s.value)} onChange={(on) => set_states(toggled(states, s.value, on))}>
              {s.label}
            </Checkbox>
          ))}
        </fieldset>
        <div className="two-fields">
          <Field label={`Quiet from (${zone})`} hint="The same twice: never quiet" value={from} onChange={set_from} error={quiet_from_min === undefined ? 'A time like 22:00.' : said.quiet_from_min} />
          <Field label="Quiet until" value={until} onChange={set_until} error={quiet_until_min === undefined ? 'A time like 06:00.' : said.quiet_until_min} />
          <Field label="Pause in minutes" hint="After a message, others of the same list and camera are held back for so long" inputMode="numeric" value={pause} onChange={set_pause} error={pause_ok ? said.cooldown_s : 'At most a day.'} />
        </div>
        <fieldset className="channel-choices">
          <legend className="field-label">Days</legend>
          {DAYS.map((day, i) => (
            <Checkbox key={day} isSelected={has_day(days, i)} onChange={(on) => set_days(with_day(days, i, on))}>
              {day}
            </Checkbox>
          ))}
        </fieldset>
        <fieldset className="channel-choices">
          <legend className="field-label">Cameras {camera_ids.length ? '' : '(all)'}</legend>
          {cameras.data?.map((c) => (
            <Checkbox key={c.id} isSelected={camera_ids.includes(c.id)} onChange={(on) => set_cameras(toggled(camera_ids, c.id, on))}>
              {c.name}
            </Checkbox>
          ))}
        </fieldset>
        <Checkbox isSelected={enabled} onChange={set_enabled}>
          Switched on
        </Checkbox>
        {save.error ? <ProblemPanel error={save.error} /> : null}
        <div className="row">
          <Button kind="primary" type="submit" isDisabled={!good || save.isPending}>
            {channel ? 'Save: this is recorded' : 'Make the channel: this is recorded'}
          </Button>
          <Button kind="quiet" onPress={on_close}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
