import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { BookmarkPlus, History, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/app/session';
import { Button, count_text, Dialog, Field, LedgerMark, ProblemPanel, Select, Skeleton, Time } from '@/ui';

type Outcome = Schemas['SearchOutcome'];
export const OUTCOMES: readonly { value: Outcome; label: string }[] = [
  { value: 'located', label: 'Vehicle or person located' },
  { value: 'arrested', label: 'Arrest' },
  { value: 'recovered', label: 'Vehicle or property recovered' },
  { value: 'cleared', label: 'Somebody was cleared' },
  { value: 'lead', label: 'A lead, no more' },
  { value: 'nothing', label: 'It led to nothing' },
];

// Its first word lets it be forgotten when the case is left.
const PAST = ['search', 'own', 'past'] as const;
const SAVED = ['search', 'own', 'saved'] as const;

/** Questions saved under a name, and the searches that were made, with what came of them. Only one's own. */
export function OwnSearches({ text, on_take }: { text: string; on_take: (text: string) => void }) {
  const [open, set_open] = useState(false);
  const take = (taken: string) => {
    set_open(false);
    on_take(taken);
  };
  return (
    <>
      <Button size="small" icon={<History size={14} aria-hidden />} onPress={() => set_open(true)}>
        Saved and past
      </Button>
      <Dialog open={open} on_close={() => set_open(false)} title="Your questions and searches" kind="drawer">
        <Saved text={text} on_take={take} />
        <Past on_take={take} />
      </Dialog>
    </>
  );
}

function Saved({ text, on_take }: { text: string; on_take: (text: string) => void }) {
  const queries = useQueryClient();
  const [name, set_name] = useState('');
  const saved = useQuery({ queryKey: SAVED, queryFn: () => call(api.GET('/api/v1/search/saved')) });
  const again = () => {
    void queries.invalidateQueries({ queryKey: PAST });
    return queries.invalidateQueries({ queryKey: SAVED });
  };
  const save = useMutation({
    mutationFn: () => call(api.POST('/api/v1/search/saved', { body: { name: name.trim(), text } })),
    onSuccess: () => {
      set_name('');
      void again();
    },
  });
  const forget = useMutation({ mutationFn: (id: string) => call(api.DELETE('/api/v1/search/saved/{id}', { params: { path: { id } } })), onSuccess: again });
  return (
    <section className="stack-tight">
      <h3 className="part-head">Saved questions</h3>
      {saved.error ? <ProblemPanel error={saved.error} retry={() => void saved.refetch()} /> : null}
      {saved.isPending ? <Skeleton rows={2} /> : null}
      {saved.data?.items.length === 0 ? <p className="small soft">None yet. A saved question keeps its words, so “from:24h” means the last day whenever it is asked; it is asked under a case as ever. Saving one is recorded, as a search is.</p> : null}
      <ul className="own-list">
        {saved.data?.items.map((q) => (
          <li key={q.id} className="own-item">
            <button type="button" className="own-take" onClick={() => on_take(q.text)}>
              <span className="strong">{q.name}</span>
              <code className="small">{q.text}</code>
            </button>
            <Button size="small" kind="quiet" aria-label={`Forget ${q.name}`} icon={<Trash2 size={14} aria-hidden />} isDisabled={forget.isPending} onPress={() => forget.mutate(q.id)} />
          </li>
        ))}
      </ul>
      {forget.error ? <ProblemPanel error={forget.error} /> : null}
      {text.trim() ? (
        <form
          className="own-save"
          onSubmit={(e) => {
            e.preventDefault();
            if (name.trim() && !save.isPending) save.mutate();
          }}
        >
          <Field label="Save the question that stands there as" value={name} onChange={set_name} maxLength={80} />
          <Button type="submit" icon={<BookmarkPlus size={14} aria-hidden />}>
            Save
          </Button>
        </form>
      ) : null}
      {save.error ? <ProblemPanel error={save.error} /> : null}
    </section>
  );
}

function Past({ on_take }: { on_take: (text: string) => void }) {
  const past = useInfiniteQuery({
    queryKey: PAST,
    queryFn: ({ pageParam }) => call(api.GET('/api/v1/search/history', { params: { query: { limit: 30, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
  const items = past.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <section className="stack-tight">
      <h3 className="part-head">Your searches</h3>
      {past.error ? <ProblemPanel error={past.error} retry={() => void past.refetch()} /> : null}
      {past.isPending ? <Skeleton rows={4} /> : null}
      {past.data && items.length === 0 ? <p className="small soft">None yet. Each search that was answered stands here with its entry in the ledger.</p> : null}
      <ul className="own-list">
        {items.map((s) => (
          <li key={s.ledger_index} className="own-past">
            <button type="button" className="own-take" onClick={() => on_take(s.text)}>
              <code className="small">{s.text}</code>
            </button>
            {s.kind === 'saved' || s.kind === 'forgotten' ? (
              <p className="row-wrap small soft">
                <Time at={s.at} /> <span>{s.kind === 'saved' ? 'saved as' : 'forgotten:'} “{s.note}”</span> <LedgerMark index={s.ledger_index} />
              </p>
            ) : (
              <>
                <p className="row-wrap small soft">
                  <Time at={s.at} /> <span>case {s.case_number}</span> <span className="figures">{count_text(s.found)} found</span> <LedgerMark index={s.ledger_index} />
                </p>
                <SearchHelped index={s.ledger_index} said={s} />
              </>
            )}
          </li>
        ))}
      </ul>
      {past.hasNextPage ? (
        <Button size="small" isDisabled={past.isFetchingNextPage} onPress={() => void past.fetchNextPage()}>
          Older
        </Button>
      ) : null}
    </section>
  );
}

/** "This search helped": what it led to, on the record. Said again, the newer word holds and the older entry stays. */
export function SearchHelped({ index, said }: { index: number; said?: Pick<Schemas['OwnSearch'], 'outcome' | 'outcome_ledger_index'> }) {
  const queries = useQueryClient();
  const may = useMay();
  const record = useMutation({
    mutationFn: (outcome: Outcome) => call(api.POST('/api/v1/search/history/{id}/outcome', { params: { path: { id: String(index) } }, body: { outcome } })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: PAST }),
  });
  const now = record.data ?? said;
  if (!may('record-outcome')) return null;
  return (
    <div className="helped">
      <Select
        label="What this search led to"
        hide_label
        placeholder="What came of it?"
        options={OUTCOMES}
        value={now?.outcome ?? null}
        on_change={(value) => record.mutate(value as Outcome)}
        disabled={record.isPending}
      />
      {now?.outcome_ledger_index !== undefined ? <LedgerMark index={now.outcome_ledger_index} word="Outcome" /> : null}
      {record.error ? <ProblemPanel error={record.error} /> : null}
    </div>
  );
}
