import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useCaseDialog } from '@/app/case-dialog';
import { useWorkingCase } from '@/app/session';
import { Button, count_text, Dialog, Field, LedgerMark, Looks, OneOf, PlateChip, ProblemPanel, Time } from '@/ui';

const spans = [
  { value: '24', label: '24 hours' },
  { value: '72', label: '3 days' },
  { value: '168', label: '7 days' },
  { value: '480', label: '20 days' },
] as const;
type Hours = (typeof spans)[number]['value'];

/** A question to another agency, under the case that is worked on and the grant that it gave us. */
export function AskForm({ grant, on_close }: { grant: Schemas['Grant']; on_close: () => void }) {
  const working = useWorkingCase();
  const open_cases = useCaseDialog();
  const [plate, set_plate] = useState('');
  const [hours, set_hours] = useState<Hours>('72');
  const ask = useMutation({
    mutationFn: (case_id: string) =>
      call(
        api.POST('/api/v1/sharing/search', {
          body: {
            grant_ids: [grant.id],
            case_id,
            limit: 100,
            utc_offset_min: 0,
            question: { ...(plate ? { plate: { text: plate, mode: 'prefix' } } : {}), from: new Date(Date.now() - Number(hours) * 3_600_000).toISOString() },
          },
        }),
      ),
  });
  const answer = ask.data?.answers[0];
  const name = (id: string) => grant.cameras.find((camera) => camera.id === id)?.name ?? id;
  return (
    <Dialog open on_close={on_close} title={`Ask ${grant.agency}`} kind="wide">
      <form
        className="stack"
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          if (working) ask.mutate(working.case.id);
        }}
      >
        <p className="soft">
          {grant.cameras.length === 1 ? `Their camera ${grant.cameras[0]?.name ?? ''}` : `Their ${String(grant.cameras.length)} cameras`}, within the grant. The question stands in their log as well
          as in ours.
        </p>
        {working ? (
          <p>
            Under case <span className="strong">{working.case.number}</span>.
          </p>
        ) : (
          <div className="row-wrap">
            <span>Reads are asked for under a case.</span>
            <Button onPress={open_cases}>Work on a case</Button>
          </div>
        )}
        <Field label="Plate" hint="The whole plate or its beginning; empty: every vehicle." value={plate} onChange={(v) => set_plate(v.trim().toUpperCase())} plate maxLength={12} autoFocus />
        <OneOf label="Within the last" options={spans} value={hours} on_change={set_hours} />
        <div>
          <Button kind="primary" type="submit" isDisabled={!working || ask.isPending}>
            {ask.isPending ? 'Asking …' : 'Ask'}
          </Button>
        </div>
        {ask.error ? <ProblemPanel error={ask.error} /> : null}
      </form>
      {answer ? (
        <section aria-label="Answer" className="stack">
          {answer.problem ? (
            <div className="problem" role="alert">
              <p className="strong">{answer.problem.title}</p>
              <p>{answer.problem.detail}</p>
            </div>
          ) : (
            <>
              <p role="status">
                {count_text(answer.total_at_least ?? 0)} found. {answer.sentence}
              </p>
              <ul className="sharing-list">
                {(answer.items ?? []).map((read) => (
                  <li key={read.id} className="row-wrap">
                    {read.plate ? <PlateChip text={read.plate.text} region={read.plate.region} characters={read.plate.characters} size="s" /> : <span className="soft">No plate read</span>}
                    <Looks looks={read.vehicle} />
                    <span>{name(read.camera_id)}</span>
                    <Time at={read.captured_at} />
                  </li>
                ))}
              </ul>
            </>
          )}
          <p className="row-wrap small soft">
            Our entry <LedgerMark index={ask.data?.ledger_index ?? 0} />
            {answer.ledger_index !== undefined ? <span>Theirs: {count_text(answer.ledger_index)}</span> : null}
          </p>
        </section>
      ) : null}
    </Dialog>
  );
}
