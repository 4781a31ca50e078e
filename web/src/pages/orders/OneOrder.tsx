import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { purposes_query } from '@/api/queries';
import { useMay } from '@/app/session';
import { BEHALF_KINDS } from '@/pages/search/question';
import { Button, Dialog, Field, LedgerMark, ProblemPanel, Tag, Time } from '@/ui';
import { DocumentDigest } from './Document';
import { OrderSearch } from './OrderSearch';
import { is_digest, kind_label, standing } from './words';

type Order = Schemas['Order'];

export function OneOrder({ order, camera_name }: { order: Order; camera_name: (id: string) => string }) {
  const may = useMay();
  const [step, set_step] = useState<'check' | 'refuse' | 'withdraw'>();
  const now = standing(order);
  const living = order.state === 'entered' || order.state === 'checked';
  return (
    <article className="stack-tight" aria-label={`${kind_label(order.kind)} ${order.number}`}>
      <header className="row-wrap">
        <h2>{order.number}</h2>
        <Tag meaning={now.meaning}>{now.word}</Tag>
        <span className="push row-wrap">
          {order.state === 'entered' && may('check-order') && !order.entered_by_me ? (
            <>
              <Button size="small" kind="primary" onPress={() => set_step('check')}>
                Check it…
              </Button>
              <Button size="small" onPress={() => set_step('refuse')}>
                Refuse it…
              </Button>
            </>
          ) : null}
          {living ? (
            <Button size="small" onPress={() => set_step('withdraw')}>
              Withdraw it…
            </Button>
          ) : null}
        </span>
      </header>
      <Facts order={order} camera_name={camera_name} />
      {order.state === 'entered' && order.entered_by_me ? <p className="small soft">Another person, a supervisor, checks it against the document.</p> : null}
      {order.state === 'checked' && !order.run_out ? (
        order.mine ? (
          <OrderSearch order={order} camera_name={camera_name} />
        ) : (
          <p className="small soft">The two people who entered and checked it search under it.</p>
        )
      ) : null}
      {step ? <Step order={order} step={step} on_close={() => set_step(undefined)} /> : null}
    </article>
  );
}

function Facts({ order, camera_name }: { order: Order; camera_name: (id: string) => string }) {
  const lists = useQuery(purposes_query);
  const purpose = lists.data?.purposes.find((p) => p.code === order.purpose)?.label ?? order.purpose;
  const offence = lists.data?.offences.find((o) => o.code === order.offence)?.label ?? order.offence;
  const body = BEHALF_KINDS.find((k) => k.kind === order.agency_kind)?.label ?? order.agency_kind;
  return (
    <dl className="order-facts">
      <dt>Brought by</dt>
      <dd>
        {order.agency} <span className="soft">({[body, order.agency_state].filter(Boolean).join(', ')})</span>
      </dd>
      <dt>{kind_label(order.kind)}</dt>
      <dd>{order.court ? `${order.court}, ${order.judge ?? ''}` : 'Of the agency itself'}</dd>
      <dt>For</dt>
      <dd>
        {purpose}; {offence}
      </dd>
      <dt>Plates</dt>
      <dd>{order.plates.length ? order.plates.join(', ') : 'Not limited to plates'}</dd>
      <dt>Cameras</dt>
      <dd>{order.camera_ids.length ? order.camera_ids.map(camera_name).join(', ') : 'All'}</dd>
      <dt>Reads</dt>
      <dd>
        <Time at={order.from} /> to <Time at={order.to} />
      </dd>
      <dt>Runs out</dt>
      <dd>
        <Time at={order.expires_at} />
      </dd>
      <dt>Document</dt>
      <dd>
        <code className="order-digest">{order.document_sha256}</code>
      </dd>
      <dt>Entered</dt>
      <dd>
        {order.entered_by}, <Time at={order.entered_at} />
      </dd>
      {order.decided_by && order.decided_at ? (
        <>
          <dt>{order.state === 'withdrawn' ? 'Withdrawn' : order.state === 'refused' ? 'Refused' : 'Checked'}</dt>
          <dd>
            {order.decided_by}, <Time at={order.decided_at} />
            {order.decision_note ? `: ${order.decision_note}` : ''}
          </dd>
        </>
      ) : null}
      {order.note ? (
        <>
          <dt>Note</dt>
          <dd>{order.note}</dd>
        </>
      ) : null}
    </dl>
  );
}

const STEPS = {
  check: { title: 'Check the order', button: 'It is what the document says: this is recorded' },
  refuse: { title: 'Refuse the order', button: 'Refuse it: this is recorded' },
  withdraw: { title: 'Withdraw the order', button: 'Withdraw it: this is recorded' },
} as const;

function Step({ order, step, on_close }: { order: Order; step: keyof typeof STEPS; on_close: () => void }) {
  const queries = useQueryClient();
  const [document_sha256, set_document] = useState('');
  const [note, set_note] = useState('');
  const path = { id: order.id };
  const go = useMutation({
    mutationFn: () =>
      step === 'withdraw'
        ? call(api.POST('/api/v1/orders/{id}/withdrawal', { params: { path }, body: { note: note.trim() } }))
        : call(api.POST('/api/v1/orders/{id}/check', { params: { path }, body: { decision: step === 'check' ? 'checked' : 'refused', ...(step === 'check' ? { document_sha256 } : {}), note: note.trim() } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['orders'] }),
  });
  const ready = step === 'check' ? is_digest(document_sha256) : note.trim() !== '';
  if (go.data)
    return (
      <Dialog open on_close={on_close} title={STEPS[step].title}>
        <p className="row-wrap" role="status">
          Done. {go.data.ledger_index === undefined ? null : <LedgerMark index={go.data.ledger_index} />}
        </p>
        <Button kind="primary" onPress={on_close}>
          Close
        </Button>
      </Dialog>
    );
  return (
    <Dialog open on_close={on_close} title={STEPS[step].title} kind="wide">
      <div className="stack">
        {step === 'check' ? (
          <>
            <p>Take the document that the agency brought, from your own copy, and compare it with what was entered.</p>
            <DocumentDigest value={document_sha256} on_change={set_document} />
            {is_digest(document_sha256) && document_sha256 !== order.document_sha256 ? <p role="alert">This is another document than the one that was entered.</p> : null}
          </>
        ) : null}
        <Field label={step === 'check' ? 'Note' : 'Why'} value={note} onChange={set_note} maxLength={500} />
        {go.error ? <ProblemPanel error={go.error} /> : null}
        <div className="row">
          <Button kind={step === 'check' ? 'primary' : 'reject'} isDisabled={!ready || go.isPending} onPress={() => go.mutate()}>
            {STEPS[step].button}
          </Button>
          <Button kind="quiet" onPress={on_close}>
            Cancel
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
