import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { cameras_query, purposes_query } from '@/api/queries';
import { BEHALF_KINDS } from '@/pages/search/question';
import { from_zoned_input, zone_word } from '@/pages/search/zoned';
import { Checkbox, Dialog, Field, FormEnd, ProblemPanel, Radios, Select, useZone } from '@/ui';
import { DocumentDigest } from './Document';
import { is_digest, KINDS, plates_of } from './words';

type NewOrder = Schemas['NewOrder'];

/** What the document says, copied by one person. Another compares it with the document before anything is searched. */
export function OrderForm({ on_close }: { on_close: () => void }) {
  const queries = useQueryClient();
  const zone = useZone();
  const lists = useQuery(purposes_query);
  const cameras = useQuery(cameras_query);
  const [kind, set_kind] = useState<NewOrder['kind']>('warrant');
  const [number, set_number] = useState('');
  const [court, set_court] = useState('');
  const [judge, set_judge] = useState('');
  const [agency, set_agency] = useState('');
  const [agency_kind, set_agency_kind] = useState<NewOrder['agency_kind']>('in-state');
  const [agency_state, set_state] = useState('');
  const [purpose, set_purpose] = useState<string | null>(null);
  const [offence, set_offence] = useState<string | null>(null);
  const [plates, set_plates] = useState('');
  const [camera_ids, set_cameras] = useState<readonly string[]>([]);
  const [from, set_from] = useState('');
  const [to, set_to] = useState('');
  const [expires, set_expires] = useState('');
  const [document_sha256, set_document] = useState('');
  const [note, set_note] = useState('');
  const [key, set_key] = useState(new_idempotency_key);
  const [tried, set_tried] = useState(false);

  const times = { from: from_zoned_input(from, zone), to: from_zoned_input(to, zone), expires_at: from_zoned_input(expires, zone) };
  const judged = kind !== 'declaration';
  const named = plates_of(plates);
  const missing: Record<string, string | undefined> = {
    number: number.trim() ? undefined : 'As the document numbers itself.',
    court: judged && !court.trim() ? 'The court that gave it.' : undefined,
    judge: judged && !judge.trim() ? 'The judge who signed it.' : undefined,
    agency: agency.trim() ? undefined : 'The agency that brought it.',
    purpose: purpose ? undefined : 'Choose what it is for.',
    offence: offence ? undefined : 'Choose the offense.',
    from: times.from ? undefined : 'Copy it from the document.',
    to: times.to ? undefined : 'Copy it from the document.',
    expires_at: times.expires_at ? undefined : 'Copy it from the document.',
    plates: named.length || camera_ids.length ? undefined : 'Name plates or cameras: a search runs only inside what is named.',
    document_sha256: is_digest(document_sha256) ? undefined : 'Choose the file.',
  };
  const enter = useMutation({
    mutationFn: (body: NewOrder) => call(api.POST('/api/v1/orders', { params: { header: { 'Idempotency-Key': key } }, body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['orders'] });
      on_close();
    },
    onError: () => set_key(new_idempotency_key()),
  });
  const said = enter.error instanceof ApiProblem ? enter.error.fields : {};
  const error = (field: string) => said[field] ?? (tried ? missing[field] : undefined);
  const allowed = lists.data?.purposes.filter((p) => !p.forbidden) ?? [];
  const zoned = zone_word(Date.now(), zone);
  return (
    <Dialog open on_close={on_close} title="Enter an order" kind="wide">
      <form
        className="stack"
        onSubmit={(e) => {
          e.preventDefault();
          set_tried(true);
          if (Object.values(missing).some(Boolean) || !purpose || !offence || !times.from || !times.to || !times.expires_at) return;
          enter.mutate({
            kind, number: number.trim(), court: court.trim(), judge: judge.trim(), agency: agency.trim(), agency_kind, agency_state: agency_state.trim().toUpperCase(),
            purpose, offence, plates: named, camera_ids: [...camera_ids], from: times.from, to: times.to, expires_at: times.expires_at, document_sha256, note: note.trim(),
          });
        }}
      >
        <Radios label="What was brought" options={KINDS} value={kind} on_change={(value) => set_kind(value as NewOrder['kind'])} />
        <div className="two-fields">
          <Field label="Its number" value={number} onChange={set_number} maxLength={80} error={error('number')} />
          <Field label="Agency that brought it" value={agency} onChange={set_agency} maxLength={120} error={error('agency')} />
          <Select label="What kind of body that is" options={BEHALF_KINDS.filter((k) => k.kind !== 'own').map((k) => ({ value: k.kind, label: k.label }))} value={agency_kind} on_change={(value) => set_agency_kind(value as NewOrder['agency_kind'])} error={said.agency_kind} />
          <Field label="Its state" hint="As US-NV; needed where the rules name states" value={agency_state} onChange={set_state} maxLength={6} error={said.agency_state} />
          {judged ? (
            <>
              <Field label="Court" value={court} onChange={set_court} maxLength={120} error={error('court')} />
              <Field label="Judge" value={judge} onChange={set_judge} maxLength={120} error={error('judge')} />
            </>
          ) : null}
          <Select label="Purpose" options={allowed.map((p) => ({ value: p.code, label: p.label }))} value={purpose} on_change={set_purpose} error={error('purpose')} />
          <Select label="Offense" options={(lists.data?.offences ?? []).map((o) => ({ value: o.code, label: o.label }))} value={offence} on_change={set_offence} error={error('offence')} />
        </div>
        <Field label="Plates it names" hint="With commas or on lines of their own; none where it names cameras only" rows={2} value={plates} onChange={set_plates} error={error('plates')} />
        <fieldset className="order-cameras">
          <legend className="field-label">Cameras it names {camera_ids.length ? '' : '(none: all cameras)'}</legend>
          {cameras.data?.map((c) => (
            <Checkbox key={c.id} isSelected={camera_ids.includes(c.id)} onChange={(on) => set_cameras(on ? [...camera_ids, c.id] : camera_ids.filter((id) => id !== c.id))}>
              {c.name}
            </Checkbox>
          ))}
        </fieldset>
        <div className="two-fields">
          <Field label={`Reads from (${zoned})`} type="datetime-local" value={from} onChange={set_from} error={error('from')} />
          <Field label="Reads until" type="datetime-local" value={to} onChange={set_to} error={error('to')} />
          <Field label="The order runs out" type="datetime-local" value={expires} onChange={set_expires} error={error('expires_at')} />
        </div>
        <DocumentDigest value={document_sha256} on_change={set_document} error={error('document_sha256')} />
        <Field label="Note" hint="Where the document lies, whom to call" value={note} onChange={set_note} maxLength={500} />
        {lists.error ? <ProblemPanel error={lists.error} /> : null}
        <FormEnd error={enter.error} disabled={enter.isPending} on_cancel={on_close}>
          Enter it: this is recorded
        </FormEnd>
      </form>
    </Dialog>
  );
}
