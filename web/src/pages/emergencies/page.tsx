import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Siren } from 'lucide-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { me_query, purposes_query } from '@/api/queries';
import { useMay } from '@/app/session';
import { Button, Dialog, EmptyState, Field, FormEnd, LedgerMark, type Meaning, PageHead, ProblemPanel, Select, Skeleton, Tag, Time } from '@/ui';
import { exigent_query } from './queries';
import './emergencies.css';

type Use = Schemas['ExigentUse'];

const words: Record<Use['state'], { word: string; meaning: Meaning }> = {
  waiting: { word: 'Waits for a judgement', meaning: 'needed' },
  'in-review': { word: 'In review: nobody judged it in a day', meaning: 'needed' },
  right: { word: 'Judged right', meaning: 'resolved' },
  wrong: { word: 'Judged wrong', meaning: 'confirmed' },
};

export default function EmergenciesPage() {
  const uses = useQuery(exigent_query);
  const [params, set_params] = useSearchParams();
  const opening = params.has('new');
  const set_opening = (on: boolean) => set_params(on ? { new: '1' } : {}, { replace: true });
  return (
    <>
      <PageHead
        title="Emergencies"
        actions={
          <Button kind="primary" icon={<Siren size={16} aria-hidden />} onPress={() => set_opening(true)}>
            Work without a case
          </Button>
        }
      >
        Where a life is in danger there may be no time for a case number. It is public at once that somebody did this; another person judges it within 24 hours, or it goes to review.
      </PageHead>
      {uses.error ? <ProblemPanel error={uses.error} retry={() => void uses.refetch()} /> : null}
      {uses.isPending ? <Skeleton rows={3} /> : null}
      {uses.data?.length === 0 ? (
        <EmptyState icon={Siren} title="Nobody has worked without a case">
          <p>It runs for four hours; then a case with its number is needed.</p>
        </EmptyState>
      ) : null}
      <ul className="emergencies">
        {uses.data?.map((use) => (
          <li key={use.case_id}>
            <OneUse use={use} />
          </li>
        ))}
      </ul>
      {opening ? <OpenDialog on_close={() => set_opening(false)} /> : null}
    </>
  );
}

function OneUse({ use }: { use: Use }) {
  const may = useMay();
  const [judging, set_judging] = useState(false);
  const lists = useQuery(purposes_query);
  const open = use.state === 'waiting' || use.state === 'in-review';
  const offence = lists.data?.offences.find((o) => o.code === use.offence)?.label ?? use.offence;
  return (
    <article className="stack-tight" aria-label={use.number}>
      <header className="row-wrap">
        <h2>{use.number}</h2>
        <Tag meaning={words[use.state].meaning}>{words[use.state].word}</Tag>
        {open && may('judge-exigent') && !use.opened_by_me ? (
          <span className="push">
            <Button size="small" kind="primary" onPress={() => set_judging(true)}>
              Judge it…
            </Button>
          </span>
        ) : null}
      </header>
      <p>{use.reason}</p>
      <p className="small soft">
        {offence}. {use.opened_by}, <Time at={use.opened_at} />; until <Time at={use.ends_at} style="clock" />.{' '}
        {open ? (
          <>
            To be judged by <Time at={use.judge_by} />.
          </>
        ) : null}
        {use.judged_by && use.judged_at ? (
          <>
            {use.judged_by}, <Time at={use.judged_at} />
            {use.note ? `: ${use.note}` : ''}
            {use.was_late ? ' (late)' : ''}
          </>
        ) : null}
      </p>
      {judging ? <JudgeDialog use={use} on_close={() => set_judging(false)} /> : null}
    </article>
  );
}

function JudgeDialog({ use, on_close }: { use: Use; on_close: () => void }) {
  const queries = useQueryClient();
  const [note, set_note] = useState('');
  const judge = useMutation({
    mutationFn: (judgement: Schemas['ExigentJudgement']['judgement']) =>
      call(api.POST('/api/v1/exigent/{id}/judgement', { params: { path: { id: use.case_id } }, body: { judgement, note: note.trim() } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: exigent_query.queryKey });
      on_close();
    },
  });
  return (
    <Dialog open on_close={on_close} title={`Judge ${use.number}`}>
      <div className="stack">
        <p>
          {use.opened_by}: {use.reason}
        </p>
        <Field label="Note" hint="Needed when it was wrong" value={note} onChange={set_note} maxLength={500} autoFocus />
        {judge.error ? <ProblemPanel error={judge.error} /> : null}
        <div className="row-wrap">
          <Button kind="primary" isDisabled={judge.isPending} onPress={() => judge.mutate('right')}>
            It was right
          </Button>
          <Button kind="reject" isDisabled={judge.isPending || note.trim() === ''} onPress={() => judge.mutate('wrong')}>
            It was wrong: close it
          </Button>
          <Button kind="quiet" onPress={on_close}>
            Cancel
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** One step, and the officer works: the sheet is opened, recorded, and chosen. */
function OpenDialog({ on_close }: { on_close: () => void }) {
  const queries = useQueryClient();
  const lists = useQuery(purposes_query);
  const [purpose, set_purpose] = useState<string | null>('missing-person');
  const [offence, set_offence] = useState<string | null>('missing-person');
  const [reason, set_reason] = useState('');
  const [key, set_key] = useState(new_idempotency_key);
  const [opened, set_opened] = useState<Use>();
  const open = useMutation({
    mutationFn: async (body: Schemas['NewExigentUse']) => {
      const use = await call(api.POST('/api/v1/exigent', { params: { header: { 'Idempotency-Key': key } }, body }));
      await call(api.PUT('/api/v1/me/case', { body: { case_id: use.case_id } }));
      return use;
    },
    onSuccess: async (use) => {
      set_opened(use);
      await queries.invalidateQueries({ queryKey: me_query.queryKey });
      void queries.invalidateQueries({ queryKey: exigent_query.queryKey });
      void queries.invalidateQueries({ queryKey: ['cases'] });
      void queries.invalidateQueries({ queryKey: ['live'] });
    },
    onError: () => set_key(new_idempotency_key()),
  });
  const said = open.error instanceof ApiProblem ? open.error.fields : {};
  if (opened)
    return (
      <Dialog open on_close={on_close} title="You work in an emergency">
        <div className="stack">
          <p className="row-wrap" role="status">
            Recorded, and public: {opened.number}. {opened.ledger_index === undefined ? null : <LedgerMark index={opened.ledger_index} />}
          </p>
          <p className="soft">It ends by itself in four hours. Supervisors were told.</p>
          <div>
            <Button kind="primary" onPress={on_close}>
              Go on
            </Button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <Dialog open on_close={on_close} title="Work without a case">
      <form
        className="stack"
        onSubmit={(e) => {
          e.preventDefault();
          if (purpose && offence && reason.trim()) open.mutate({ purpose, offence, reason: reason.trim() });
        }}
      >
        <p>
          Only where a life is in danger or for a violent felony. <strong>It is public at once that somebody did this</strong>, supervisors are told, and another person judges it.
        </p>
        <Field label="What is the emergency?" value={reason} onChange={set_reason} maxLength={200} error={said.reason} autoFocus />
        <Select label="Purpose" options={(lists.data?.purposes ?? []).filter((p) => !p.forbidden).map((p) => ({ value: p.code, label: p.label }))} value={purpose} on_change={set_purpose} error={said.purpose} />
        <Select label="Offense" options={(lists.data?.offences ?? []).map((o) => ({ value: o.code, label: o.label }))} value={offence} on_change={set_offence} error={said.offence} />
        {lists.error ? <ProblemPanel error={lists.error} /> : null}
        <FormEnd error={open.error} disabled={open.isPending || reason.trim() === ''} on_cancel={on_close}>
          Work without a case for four hours
        </FormEnd>
      </form>
    </Dialog>
  );
}
