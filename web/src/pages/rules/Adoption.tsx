import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Minus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { overview_query, packs_query } from '@/api/queries';
import { Button, Checkbox, Field, LedgerMark, ProblemPanel, Select } from '@/ui';

type Plan = Schemas['PackPlan'];

/** Choose a pack, see in words what it would change, then adopt exactly that. */
export function Adoption({ packs }: { packs: Schemas['Packs'] }) {
  const queries = useQueryClient();
  const [id, set_id] = useState<string | null>(null);
  const [from_day, set_from_day] = useState('');
  const [accepts, set_accepts] = useState(false);
  const wanted = () => ({ id: id ?? '', ...(from_day ? { from_day } : {}) });
  const preview = useMutation({ mutationFn: () => call(api.POST('/api/v1/packs/preview', { body: wanted() })) });
  const plan = preview.data;
  const adopt = useMutation({
    mutationFn: (seen: Plan) =>
      call(api.POST('/api/v1/packs/adoptions', { body: { ...wanted(), sha256: seen.pack.sha256 ?? '', accepts_looser: accepts } })),
    onSuccess: () => {
      preview.reset();
      set_accepts(false);
      void queries.invalidateQueries({ queryKey: packs_query.queryKey });
      void queries.invalidateQueries({ queryKey: overview_query.queryKey });
    },
  });
  const choose = (change: () => void) => {
    change();
    preview.reset();
    adopt.reset();
    set_accepts(false);
  };
  return (
    <section aria-labelledby="adopt-heading">
      <h2 id="adopt-heading">Adopt a pack</h2>
      <form
        className="rules-adopt"
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          preview.mutate();
        }}
      >
        <Select
          label="Pack"
          options={packs.offered.map((pack) => ({ value: pack.id, label: pack.title, note: `version ${String(pack.version)}` }))}
          value={id}
          on_change={(v) => choose(() => set_id(v))}
        />
        <Field
          label="From"
          hint="A day like 2027-01-01 (UTC). Empty: as soon as it may."
          value={from_day}
          onChange={(v) => choose(() => set_from_day(v.trim()))}
          maxLength={10}
        />
        <Button type="submit" isDisabled={!id || preview.isPending}>
          What would change?
        </Button>
      </form>
      {preview.error ? <ProblemPanel error={preview.error} /> : null}
      {adopt.error ? <ProblemPanel error={adopt.error} /> : null}
      {plan ? (
        <div className="rules-plan" role="region" aria-label="What would change">
          <p>
            <strong>{plan.pack.title}</strong>, version {plan.pack.version}, would hold from {plan.from_day}.{' '}
            {plan.differences.length === 0 ? 'Nothing would change.' : null}
          </p>
          <Differences plan={plan} />
          {plan.loosens ? (
            <Checkbox isSelected={accepts} onChange={set_accepts}>
              Some of this allows more than now. It is meant so.
            </Checkbox>
          ) : null}
          <Button kind="primary" isDisabled={(plan.loosens && !accepts) || adopt.isPending} onPress={() => adopt.mutate(plan)}>
            Adopt it
          </Button>
        </div>
      ) : null}
      <p role="status" className="row-wrap">
        {adopt.data ? (
          <>
            {adopt.data.pack.title} holds from {adopt.data.from_day}.
            {adopt.data.ledger_index !== undefined ? <LedgerMark index={adopt.data.ledger_index} /> : null}
          </>
        ) : null}
      </p>
    </section>
  );
}

const directions = {
  stricter: { icon: ArrowDown, word: 'Stricter' },
  looser: { icon: ArrowUp, word: 'Looser' },
  other: { icon: Minus, word: 'Other' },
} as const;

function Differences({ plan }: { plan: Plan }) {
  return (
    <ul className="rules-list">
      {plan.differences.map((difference) => {
        const { icon: Icon, word } = directions[difference.direction];
        return (
          <li key={difference.sentence} className={`rules-difference rules-${difference.direction}`}>
            <span className="row">
              <Icon size={16} aria-hidden /> {word}
            </span>
            <span>
              {difference.sentence} {difference.citation ? <span className="small soft">{difference.citation}</span> : null}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
