import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ban } from 'lucide-react';
import { useState } from 'react';
import { Radio, RadioGroup, Label } from 'react-aria-components';
import { Link, useNavigate } from 'react-router';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { purposes_query } from '@/api/queries';
import { useSession } from '@/app/session';
import { Button, Field, PageHead, ProblemPanel, Select, Skeleton } from '@/ui';
import { OfficerChoice } from './Officers';

export function NewCase() {
  const { officer } = useSession();
  const queries = useQueryClient();
  const go = useNavigate();
  const lists = useQuery(purposes_query);
  const [number, set_number] = useState('');
  const [title, set_title] = useState('');
  const [purpose, set_purpose] = useState<string | null>(null);
  const [offence, set_offence] = useState<string | null>(null);
  const [officer_ids, set_officers] = useState<string[]>([officer.id]);
  const [key] = useState(new_idempotency_key);
  const [tried, set_tried] = useState(false);

  const save = useMutation({
    mutationFn: (body: Schemas['NewCase']) => call(api.POST('/api/v1/cases', { body, params: { header: { 'Idempotency-Key': key } } })),
    onSuccess: async (made) => {
      queries.setQueryData(['case', made.id], made);
      await queries.invalidateQueries({ queryKey: ['cases'] });
      void go(`/cases/${made.id}`, { replace: true });
    },
  });
  const said = save.error instanceof ApiProblem ? save.error.fields : {};
  const missing = {
    number: number.trim() ? undefined : 'The number from your records system.',
    title: title.trim() ? undefined : 'A few words that tell this case from others.',
    purpose: purpose ? undefined : 'Choose what this is for.',
    offence: offence ? undefined : 'Choose the offense.',
  };
  const error = (field: keyof typeof missing) => said[field] ?? (tried ? missing[field] : undefined);

  if (lists.isPending) return <Skeleton rows={8} />;
  if (lists.error) return <ProblemPanel error={lists.error} retry={() => void lists.refetch()} />;
  return (
    <div className="narrow">
      <PageHead title="New case">
        <Link to="/cases">Cases</Link>
      </PageHead>
      <form
        className="stack-loose"
        onSubmit={(e) => {
          e.preventDefault();
          set_tried(true);
          if (purpose && offence && number.trim() && title.trim()) save.mutate({ number: number.trim(), title: title.trim(), purpose, offence, officer_ids });
        }}
      >
        <div className="two-fields">
          <Field label="Case number" value={number} onChange={set_number} maxLength={40} autoFocus error={error('number')} placeholder="26-1041" />
          <Field label="Title" value={title} onChange={set_title} maxLength={200} error={error('title')} placeholder="Stolen pickup, Mill Street" />
        </div>
        <Purposes purposes={lists.data.purposes} value={purpose} on_change={set_purpose} error={error('purpose')} />
        <Select label="Offense" options={lists.data.offences.map((o) => ({ value: o.code, label: o.label }))} value={offence} on_change={set_offence} error={error('offence')} />
        <OfficerChoice chosen={officer_ids} on_change={set_officers} />
        {officer_ids.includes(officer.id) ? null : <p className="small soft">You are not on this case: you can open it, but not search under it.</p>}
        {save.error ? <ProblemPanel error={save.error} /> : null}
        <div className="row">
          <Button kind="primary" type="submit" isDisabled={save.isPending}>
            {save.isPending ? 'Opening…' : 'Open the case'}
          </Button>
          <Button kind="quiet" onPress={() => void go('/cases')}>
            Cancel
          </Button>
        </div>
      </form>
    </div>
  );
}

function Purposes({ purposes, value, on_change, error }: { purposes: readonly Schemas['Purpose'][]; value: string | null; on_change: (code: string) => void; error?: string }) {
  const allowed = purposes.filter((p) => !p.forbidden);
  const forbidden = purposes.filter((p) => p.forbidden);
  return (
    <div className="stack">
      <RadioGroup className="field radios purposes" value={value} onChange={on_change} isInvalid={!!error}>
        <Label>Purpose</Label>
        {error ? (
          <p className="purpose-error" role="alert">
            {error}
          </p>
        ) : null}
        <div className="purpose-grid">
          {allowed.map((p) => (
            <Radio key={p.code} value={p.code} className="radio">
              <span className="radio-dot" aria-hidden="true" />
              <span>
                {p.label}
                <span className="small faint purpose-cite">{p.citation}</span>
              </span>
            </Radio>
          ))}
        </div>
      </RadioGroup>
      {forbidden.length ? (
        <section className="forbidden" aria-labelledby="forbidden-head">
          <h2 id="forbidden-head" className="row">
            <Ban size={16} aria-hidden /> Never a purpose here
          </h2>
          <ul>
            {forbidden.map((p) => (
              <li key={p.code}>
                <span className="strong">{p.label}</span>
                <span className="small soft">
                  {' '}
                  {p.citation} <code>{p.rule_id}</code>
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}
