import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { cameras_query, purposes_query } from '@/api/queries';
import { AnyOf, Button, Checkbox, Dialog, Field, ProblemPanel, Select } from '@/ui';
import { type Agency, useSharingChange } from './queries';
import { is_time, kinds, last_day } from './words';

type Said = (said: { words: string; index?: number }) => void;
const kind_options = Object.entries(kinds).map(([value, label]) => ({ value, label }));
const wrong_of = (error: unknown) => (error instanceof ApiProblem ? error.fields : {});

export function AgencyForm({ agency, on_close, on_said }: { agency?: Agency; on_close: () => void; on_said: Said }) {
  const [key, set_key] = useState(agency?.key ?? '');
  const [name, set_name] = useState(agency?.name ?? '');
  const [kind, set_kind] = useState<Schemas['SharingKind'] | null>(agency?.kind ?? null);
  const [state, set_state] = useState(agency?.state ?? '');
  const [url, set_url] = useState(agency?.url ?? '');
  const [declaration, set_declaration] = useState(agency?.declaration ?? '');
  const keep = useSharingChange(
    () =>
      call(
        api.POST('/api/v1/sharing/agencies', {
          body: { key: key.trim(), name: name.trim(), kind: kind ?? 'private', ...(state ? { state } : {}), ...(url ? { url } : {}), ...(declaration ? { declaration } : {}) },
        }),
      ),
    (kept) => {
      on_said({ words: `${kept.name} is listed. That gives it nothing yet.`, index: kept.ledger_index });
      on_close();
    },
  );
  const wrong = wrong_of(keep.error);
  return (
    <Dialog open on_close={on_close} title={agency ? `Change ${agency.name}` : 'List an agency'}>
      <form
        className="stack"
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          keep.mutate(undefined);
        }}
      >
        {keep.error ? <ProblemPanel error={keep.error} /> : null}
        <Field label="Name" value={name} onChange={set_name} error={wrong.name} isRequired autoFocus maxLength={120} />
        <Field label="Its key" hint="64 hexadecimal digits, as it told you by another way." value={key} onChange={set_key} error={wrong.key} isRequired isDisabled={!!agency} maxLength={64} />
        <Select label="What it is" hint="Statute packs judge by it." options={kind_options} value={kind} on_change={(v) => set_kind(v as Schemas['SharingKind'])} required />
        <Field label="State" hint="Like US-VA." value={state} onChange={(v) => set_state(v.trim().toUpperCase())} error={wrong.state} maxLength={5} />
        <Field label="Its server" hint="https://… Empty: signed texts are handed over by hand." value={url} onChange={(v) => set_url(v.trim())} error={wrong.url} maxLength={200} />
        <Field
          label="Its written declaration"
          hint="SHA-256 of the document, where a pack asks for one."
          value={declaration}
          onChange={(v) => set_declaration(v.trim().toLowerCase())}
          error={wrong.declaration}
          maxLength={64}
        />
        <div>
          <Button kind="primary" type="submit" isDisabled={!name.trim() || key.trim().length !== 64 || !kind || keep.isPending}>
            {agency ? 'Keep the change' : 'List it'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface OfferProps {
  agencies: Agency[];
  agency?: Agency;
  replaces?: Schemas['Grant'];
  on_close: () => void;
  on_said: Said;
}

export function OfferForm({ agencies, agency, replaces, on_close, on_said }: OfferProps) {
  const cameras = useQuery(cameras_query).data ?? [];
  const permitted = (useQuery(purposes_query).data?.purposes ?? []).filter((one) => !one.forbidden);
  const hours = replaces?.hours.split(' ')[0]?.split('-');
  const [to, set_to] = useState<string | null>(agency?.id ?? null);
  const [camera_ids, set_camera_ids] = useState<string[]>(replaces?.cameras.map((one) => one.id) ?? []);
  const [purposes, set_purposes] = useState<string[]>(replaces?.purposes ?? []);
  const [from, set_from] = useState(hours?.[0] ?? '00:00');
  const [until, set_until] = useState(hours?.[1] ?? '24:00');
  const [end, set_end] = useState(replaces?.ends_at.slice(0, 10) ?? '');
  const [lists, set_lists] = useState(replaces?.lists ?? false);
  const latest = last_day(new Date());
  const offer = useSharingChange(
    () =>
      call(
        api.POST('/api/v1/sharing/grants', {
          body: {
            agency_id: to ?? '',
            cameras: camera_ids,
            purposes,
            ...(lists ? { lists } : {}),
            hours_from: from,
            hours_until: until,
            ends_at: `${end}T00:00:00.000Z`,
            ...(replaces ? { replaces: replaces.id } : {}),
          },
        }),
      ),
    (made) => {
      on_said({ words: `Offered, and signed by us. It holds when ${made.agency} signs it too. ${made.told_sentence ?? ''}`, index: made.ledger_index });
      on_close();
    },
  );
  const ready = to && camera_ids.length && purposes.length && is_time(from) && is_time(until) && /^\d{4}-\d\d-\d\d$/.test(end);
  return (
    <Dialog open on_close={on_close} title={replaces ? `Change what ${replaces.agency} may ask` : 'Offer a grant'} kind="wide">
      <form
        className="stack"
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          offer.mutate(undefined);
        }}
      >
        {offer.error ? <ProblemPanel error={offer.error} /> : null}
        <Select
          label="To"
          options={agencies.filter((one) => !one.barred).map((one) => ({ value: one.id, label: one.name, note: kinds[one.kind] }))}
          value={to}
          on_change={set_to}
          disabled={!!replaces}
          required
        />
        <AnyOf label="Cameras" options={cameras.map((one) => ({ value: one.id, label: one.name }))} value={camera_ids} on_change={set_camera_ids} most={500} />
        <AnyOf label="Purposes" options={permitted.map((one) => ({ value: one.code, label: one.label }))} value={purposes} on_change={set_purposes} most={30} />
        <Checkbox isSelected={lists} onChange={set_lists}>
          They may also send lists of wanted vehicles; their entries alert our officers at these cameras, within these hours
        </Checkbox>
        <div className="row-wrap">
          <Field label="May be asked from" hint="00:00 to 24:00 is always." value={from} onChange={set_from} error={is_time(from) ? undefined : 'Like 06:00'} maxLength={5} />
          <Field label="until" hint="The town’s clocks; 22:00 to 06:00 goes over midnight." value={until} onChange={set_until} error={is_time(until) ? undefined : 'Like 22:00'} maxLength={5} />
        </div>
        <Field label="Ends on" hint={`A day like ${latest}, which is the latest: no grant lasts longer than twelve months.`} value={end} onChange={(v) => set_end(v.trim())} isRequired maxLength={10} />
        <p className="soft">Signing it makes it a public entry. It gives nothing until the other agency has signed the same text.</p>
        <div>
          <Button kind="primary" type="submit" isDisabled={!ready || offer.isPending}>
            Sign and offer
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function TextForm({ on_close, on_said }: { on_close: () => void; on_said: Said }) {
  const [text, set_text] = useState('');
  const take = useSharingChange(
    () => call(api.POST('/api/v1/sharing/texts', { body: { text: text.endsWith('\n') ? text : `${text}\n` } })),
    (grant) => {
      on_said({ words: `Taken in: the grant with ${grant.agency}.` });
      on_close();
    },
  );
  return (
    <Dialog open on_close={on_close} title="Take in a signed text" kind="wide">
      <form
        className="stack"
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          take.mutate(undefined);
        }}
      >
        {take.error ? <ProblemPanel error={take.error} /> : null}
        <Field label="Text" hint="An offer to us, an acceptance of ours, or a revocation, to the byte as it was sent." value={text} onChange={set_text} rows={12} autoFocus isRequired />
        <div>
          <Button kind="primary" type="submit" isDisabled={!text.trim() || take.isPending}>
            Take it in
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
