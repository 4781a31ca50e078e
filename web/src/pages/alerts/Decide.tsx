import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check, X } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { Button, Field, ProblemPanel, Radios, useHotkeys } from '@/ui';
import { compared_fields, type ComparedField, field_words } from './words';

type Alert = Schemas['Alert'];
type Choice = 'confirm' | 'reject';

function useAlertDone(alert: Alert) {
  const queries = useQueryClient();
  return (now: Alert) => {
    queries.setQueryData(['alerts', 'one', alert.id], now);
    void queries.invalidateQueries({ queryKey: ['alerts', 'queue'] });
    void queries.invalidateQueries({ queryKey: ['overview'] });
  };
}

/** Confirm, or Not this one; each then asks for its coded reason. The first needs all four points compared. */
export function DecisionBar({ alert, compared }: { alert: Alert; compared: ReadonlySet<ComparedField> }) {
  const [choice, set_choice] = useState<Choice>();
  const missing = compared_fields.filter((field) => !compared.has(field));
  const mine = alert.first_look?.by_me ?? false;
  const ready = missing.length === 0 && !mine;
  useHotkeys(
    'Decision',
    choice
      ? [{ keys: 'Escape', label: 'Back to the comparison', run: () => set_choice(undefined) }]
      : [
          { keys: 'y', label: 'Confirm (all four compared)', run: () => ready && set_choice('confirm') },
          { keys: 'n', label: 'Not this one', run: () => set_choice('reject') },
        ],
  );
  if (choice) return <Reason alert={alert} choice={choice} compared={compared} on_back={() => set_choice(undefined)} />;
  return (
    <footer className="decide">
      <Button kind="confirm" size="large" icon={<Check size={18} aria-hidden />} hotkey="y" isDisabled={!ready} onPress={() => set_choice('confirm')}>
        Confirm
      </Button>
      <Button kind="reject" size="large" icon={<X size={18} aria-hidden />} hotkey="n" onPress={() => set_choice('reject')}>
        Not this one
      </Button>
      <p className="soft" role="status">
        {mine ? 'You confirmed it already; a colleague must look as well. You can still say that it is not this one.' : ready ? (alert.looks_needed === 2 ? 'All four points are compared. Yours is the first of two looks.' : 'All four points are compared.') : `To confirm, compare first: ${missing.map((f) => field_words[f].toLowerCase()).join(', ')}.`}
      </p>
    </footer>
  );
}

function Reason({ alert, choice, compared, on_back }: { alert: Alert; choice: Choice; compared: ReadonlySet<ComparedField>; on_back: () => void }) {
  const codes = alert.decision_codes.filter((c) => !c.decision || c.decision === choice);
  const [code, set_code] = useState<string | null>(codes.length === 1 ? (codes[0]?.code ?? null) : null);
  const [note, set_note] = useState('');
  const key = useRef(new_idempotency_key());
  const form = useRef<HTMLFormElement>(null);
  const done = useAlertDone(alert);
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: () =>
      call(
        api.POST('/api/v1/alerts/{id}/decision', {
          params: { path: { id: alert.id }, header: { 'Idempotency-Key': key.current } },
          body: { decision: choice, reason_code: code ?? '', compared: [...compared], ...(note.trim() ? { note: note.trim() } : {}) },
        }),
      ),
    onSuccess: done,
    onError: (error) => {
      // Somebody else was faster: show their decision.
      if (error instanceof ApiProblem && error.status === 409) void queries.invalidateQueries({ queryKey: ['alerts'] });
    },
  });
  useEffect(() => form.current?.querySelector<HTMLElement>('input[type=radio]')?.focus(), []);
  const yes = choice === 'confirm';
  return (
    <form
      ref={form}
      className="decide decide-reason"
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        if (code) decide.mutate();
      }}
      onKeyDown={(e) => {
        if (e.key === 'Escape') on_back();
        if (e.key === 'Enter' && e.target instanceof HTMLInputElement && e.target.type === 'radio' && code) decide.mutate();
      }}
    >
      <Radios
        label={yes ? 'Confirm, because' : 'Not this one, because'}
        value={code}
        on_change={set_code}
        options={codes.map((c) => ({ value: c.code, label: c.label }))}
      />
      <Field label="Note (if there is something to add)" value={note} onChange={set_note} maxLength={500} />
      {decide.error ? <ProblemPanel error={decide.error} /> : null}
      <div className="row-wrap">
        <Button type="submit" kind={yes ? 'confirm' : 'primary'} isDisabled={!code || decide.isPending}>
          {decide.isPending ? 'Recording…' : !yes ? 'Record: not this one' : alert.looks_needed === 2 ? 'Record: first of two looks' : 'Record: confirmed'}
        </Button>
        <Button kind="quiet" onPress={on_back}>
          Back
        </Button>
        <p className="small soft">Your name, the reason and what you compared are written into the ledger.</p>
      </div>
    </form>
  );
}

export function OutcomeForm({ alert }: { alert: Alert }) {
  const [code, set_code] = useState<string | null>(null);
  const [note, set_note] = useState('');
  const key = useRef(new_idempotency_key());
  const done = useAlertDone(alert);
  const record = useMutation({
    mutationFn: () =>
      call(
        api.POST('/api/v1/alerts/{id}/outcome', {
          params: { path: { id: alert.id }, header: { 'Idempotency-Key': key.current } },
          body: { code: code ?? '', ...(note.trim() ? { note: note.trim() } : {}) },
        }),
      ),
    onSuccess: done,
  });
  return (
    <form
      className="decide decide-reason"
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        if (code) record.mutate();
      }}
    >
      <Radios label="What came of it" value={code} on_change={set_code} options={alert.outcome_codes.map((c) => ({ value: c.code, label: c.label }))} />
      <Field label="Note (if there is something to add)" value={note} onChange={set_note} maxLength={500} />
      {record.error ? <ProblemPanel error={record.error} /> : null}
      <div>
        <Button type="submit" kind="primary" isDisabled={!code || record.isPending}>
          {record.isPending ? 'Recording…' : 'Record the outcome'}
        </Button>
      </div>
    </form>
  );
}
