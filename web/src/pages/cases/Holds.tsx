import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Eye, LockKeyholeOpen } from 'lucide-react';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { Button, Field, LedgerMark, looks_sentence, PlateChip, ProblemPanel, ReadPicture, Skeleton, Tag, Time } from '@/ui';
import { picture_of, plate_of } from '../search/Results';
import { holds_query } from './queries';

type Hold = Schemas['Hold'];

/** The reads that this case keeps beyond their day. */
export function Holds({ case_id, editable }: { case_id: string; editable: boolean }) {
  const holds = useQuery(holds_query(case_id));
  const items = holds.data?.items ?? [];
  const running = items.filter((h) => !h.ended_at);
  return (
    <section className="sheet-part" aria-label="On hold">
      <h2>
        On hold <span className="faint figures">{running.length}</span>
      </h2>
      {holds.error ? <ProblemPanel error={holds.error} retry={() => void holds.refetch()} /> : null}
      {holds.isPending ? <Skeleton rows={2} /> : null}
      {holds.data && items.length === 0 ? (
        <p className="soft">Nothing. A read goes with its day, and its picture with it; what this case needs longer is put on hold where the read is shown.</p>
      ) : null}
      <ul className="sheet-list">
        {items.map((h) => (
          <HeldRead key={h.id} hold={h} case_id={case_id} editable={editable} />
        ))}
      </ul>
    </section>
  );
}

function HeldRead({ hold, case_id, editable }: { hold: Hold; case_id: string; editable: boolean }) {
  const [shown, show] = useState(false);
  const [lifting, set_lifting] = useState(false);
  const where = hold.camera_name;
  return (
    <li className="held-read">
      <span className="grow">
        <span>
          {where}, <Time at={hold.captured_at} style="full" />
        </span>
        <span className="sheet-by">{hold.reason}</span>
        <span className="small soft sheet-by">
          {hold.placed_by}, <Time at={hold.placed_at} />;{' '}
          {hold.ended_at ? (
            <>
              {hold.ended_by ? `lifted by ${hold.ended_by}` : 'ended'} <Time at={hold.ended_at} />: {hold.end_reason}
            </>
          ) : (
            <>
              until <Time at={hold.until} style="date" />
            </>
          )}
        </span>
      </span>
      <span className="row-wrap">
        {hold.ended_at ? <Tag meaning="stale">Ended</Tag> : null}
        {!hold.ended_at && editable ? (
          <>
            <Button size="small" kind="plain" icon={<Eye size={14} aria-hidden />} aria-expanded={shown} aria-label={`${shown ? 'Put away' : 'Show'} the read of ${where}`} onPress={() => show(!shown)}>
              {shown ? 'Put away' : 'Show'}
            </Button>
            <Button size="small" kind="quiet" icon={<LockKeyholeOpen size={14} aria-hidden />} aria-label={`Lift the hold on the read of ${where}`} onPress={() => set_lifting(!lifting)}>
              Lift
            </Button>
          </>
        ) : null}
        <LedgerMark index={hold.ledger_index} />
      </span>
      {shown ? <Shown hold={hold} case_id={case_id} /> : null}
      {lifting ? <Lift hold={hold} case_id={case_id} on_done={() => set_lifting(false)} /> : null}
    </li>
  );
}

function Shown({ hold, case_id }: { hold: Hold; case_id: string }) {
  const read = useQuery({
    queryKey: ['held-read', case_id, hold.read_id],
    queryFn: ({ signal }) => call(api.GET('/api/v1/reads/{id}', { params: { path: { id: hold.read_id }, query: { case_id } }, signal })),
  });
  if (read.error) return <ProblemPanel error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Skeleton rows={3} />;
  const plate = plate_of(read.data);
  return (
    <div className="held-shown stack-tight">
      <p className="row-wrap">
        {plate ? <PlateChip text={plate.text} region={plate.region} /> : null} {looks_sentence(read.data.vehicle)}
      </p>
      {read.data.has_picture ? <ReadPicture of={picture_of(hold.read_id, case_id)} alt={looks_sentence(read.data.vehicle)} width={read.data.picture_width} height={read.data.picture_height} plate_box={read.data.plate?.box} /> : null}
    </div>
  );
}

function Lift({ hold, case_id, on_done }: { hold: Hold; case_id: string; on_done: () => void }) {
  const queries = useQueryClient();
  const [reason, set_reason] = useState('');
  const lift = useMutation({
    mutationFn: () => call(api.POST('/api/v1/cases/{id}/holds/{item}/lift', { params: { path: { id: case_id, item: hold.id } }, body: { reason: reason.trim() } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: holds_query(case_id).queryKey });
      on_done();
    },
  });
  return (
    <form
      className="stack held-lift"
      onSubmit={(e) => {
        e.preventDefault();
        if (reason.trim()) lift.mutate();
      }}
    >
      <p className="small">Its key is destroyed. When the day of the read is gone already, nobody opens the picture again.</p>
      <Field label="Why is it lifted?" value={reason} onChange={set_reason} maxLength={300} autoFocus />
      {lift.error ? <ProblemPanel error={lift.error} /> : null}
      <div className="row">
        <Button kind="primary" size="small" type="submit" isDisabled={!reason.trim() || lift.isPending}>
          Lift the hold
        </Button>
        <Button kind="quiet" size="small" onPress={on_done}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
