import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { useWorkingCase } from '@/app/session';
import { Button, Dialog, Field, FormEnd, Select, useZone } from '@/ui';
import { apply_zero_rule, fold, has_wildcard, misreads_of, plate_problem } from '../search/plate';
import { BODIES, body_word, COLORS, make_word, MAKES } from '../search/question';
import { REGION_OPTIONS } from '@/ui/regions';
import { from_zoned_input, to_zoned_input, zone_word } from '../search/zoned';

const none = { value: '', label: 'Not known' };
const DAY_MS = 86_400_000;
const SHOWN_MISREADS = 8;

export function EntryForm({ list, on_close }: { list: Schemas['Hotlist']; on_close: () => void }) {
  const queries = useQueryClient();
  const zone = useZone();
  const working = useWorkingCase();
  const [plate, set_plate] = useState('');
  const [reason, set_reason] = useState('');
  const [case_number, set_case] = useState(working?.case.number ?? '');
  const [expires, set_expires] = useState('');
  const [region, set_region] = useState('');
  const [color, set_color] = useState('');
  const [body, set_body] = useState('');
  const [make, set_make] = useState('');
  const [note, set_note] = useState('');
  const [tried, set_tried] = useState(false);
  const [key] = useState(new_idempotency_key);

  const expires_at = from_zoned_input(expires, zone);
  const missing = {
    plate: fold(plate) ? plate_problem(plate, has_wildcard(plate) ? 'wildcard' : 'exact') : 'The plate, or a pattern with ? and *.',
    reason: reason.trim() ? undefined : 'Why is it wanted?',
    case_number: case_number.trim() ? undefined : 'The case that wants it.',
    expires_at: !expires_at ? 'When does it end? No entry is without an end.' : Date.parse(expires_at) <= Date.now() ? 'The end lies in the past.' : undefined,
  };
  const add = useMutation({
    mutationFn: (expires_at: string) =>
      call(
        api.POST('/api/v1/hotlists/{id}/entries', {
          params: { path: { id: list.id }, header: { 'Idempotency-Key': key } },
          body: {
            plate: fold(plate),
            reason: reason.trim(),
            case_number: case_number.trim(),
            expires_at,
            ...(region ? { region } : {}),
            ...(color ? { color } : {}),
            ...(body ? { body } : {}),
            ...(make ? { make } : {}),
            ...(note.trim() ? { note: note.trim() } : {}),
          },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['hotlists'] });
      on_close();
    },
  });
  const said = add.error instanceof ApiProblem ? add.error.fields : {};
  const error = (field: keyof typeof missing) => said[field] ?? (tried ? missing[field] : undefined);
  const in_days = (days: number) => set_expires(to_zoned_input(Date.now() + days * DAY_MS, zone));

  return (
    <Dialog open on_close={on_close} title={`Add to “${list.name}”`} kind="wide">
      <form
        className="stack"
        onSubmit={(e) => {
          e.preventDefault();
          set_tried(true);
          if (expires_at && Object.values(missing).every((m) => m === undefined)) add.mutate(expires_at);
        }}
      >
        <div className="two-fields">
          <Field label="Plate or pattern" plate value={plate} onChange={set_plate} maxLength={20} autoFocus autoComplete="off" hint="? is one character, * any run" error={error('plate')} />
          <Select label="Region" options={REGION_OPTIONS} value={region} on_change={set_region} hint="A read of another region is shown as different" />
        </div>
        <Misreads plate={plate} zero_rule={list.zero_rule} />
        <div className="two-fields">
          <Field label="Reason" value={reason} onChange={set_reason} maxLength={200} error={error('reason')} placeholder="Stolen vehicle" />
          <Field label="Case number" value={case_number} onChange={set_case} maxLength={40} error={error('case_number')} />
        </div>
        <div className="two-fields">
          <Select label="Color" options={[none, ...COLORS.map((c) => ({ value: c, label: c }))]} value={color} on_change={set_color} />
          <Select label="Body" options={[none, ...BODIES.map((b) => ({ value: b, label: body_word(b) }))]} value={body} on_change={set_body} />
          <Select label="Make" options={[none, ...MAKES.map((m) => ({ value: m, label: make_word(m) }))]} value={make} on_change={set_make} />
        </div>
        <div className="expiry">
          <Field label={`Ends (${zone_word(Date.now(), zone)})`} type="datetime-local" value={expires} onChange={set_expires} error={error('expires_at')} />
          <div className="row-wrap">
            {[1, 7, 30].map((days) => (
              <Button key={days} size="small" onPress={() => in_days(days)}>
                In {days} {days === 1 ? 'day' : 'days'}
              </Button>
            ))}
          </div>
        </div>
        <Field label="Note for whoever verifies" value={note} onChange={set_note} maxLength={300} />
        <FormEnd error={add.error} disabled={add.isPending} on_cancel={on_close}>
          {add.isPending ? 'Adding…' : 'Add the entry'}
        </FormEnd>
      </form>
    </Dialog>
  );
}

/** What this entry will hit beside the plate itself: said before it is added, not found out at the roadside. */
function Misreads({ plate, zero_rule }: { plate: string; zero_rule: Schemas['ZeroRule'] }) {
  const text = fold(plate);
  if (!text) return null;
  if (has_wildcard(text)) return <p className="misreads small soft">A pattern hits every plate that fits it. The wider it is, the more strangers it stops: keep it narrow and short-lived.</p>;
  if (plate_problem(text, 'exact')) return null;
  const kept = apply_zero_rule(text, zero_rule);
  const { total, shown } = misreads_of(kept, SHOWN_MISREADS);
  return (
    <p className="misreads small" aria-live="polite">
      {kept !== text ? (
        <>
          Kept as <strong>{kept}</strong>: this list writes O and 0 alike.{' '}
        </>
      ) : null}
      {total === 0 ? (
        <span className="soft">No character of it is easily misread.</span>
      ) : (
        <>
          Also matches these misreads, as “possible” hits of lower rank: <span className="figures">{shown.join(', ')}</span>
          {total > shown.length ? ` and ${(total - shown.length).toLocaleString('en-US')} more` : ''}.
        </>
      )}
    </p>
  );
}
