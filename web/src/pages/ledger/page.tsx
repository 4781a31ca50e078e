import { queryOptions, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { BookOpenText, RefreshCw } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { api, call, type Schemas } from '@/api/client';
import { useEntry, useOpenEntry } from '@/app/entry';
import { useSession } from '@/app/session';
import { Button, type Column, count_text, EmptyState, PageHead, ProblemPanel, Skeleton, Time, useIsPhone, VirtualTable } from '@/ui';
import { field_words, kind_words, was_refused } from './words';
import './ledger.css';

type Entry = Schemas['LedgerEntry'];

// Not asked again by the clock: the server takes every question of this page for a person who is there.
const checkpoint_query = queryOptions({
  queryKey: ['ledger', 'checkpoint'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/ledger/checkpoint', { signal })),
});

// Who and what first; the agency is the same in every line of this house.
const first_said = ['officer', 'case', 'question', 'result', 'count', 'subject'];
const place_of = (name: string) => (first_said.includes(name) ? first_said.indexOf(name) : first_said.length);
const shown_fields = (entry: Entry) =>
  entry.fields.filter((f) => !['kind', 'time', 'decision', 'agency'].includes(f.name)).sort((a, b) => place_of(a.name) - place_of(b.name));

function Summary({ entry }: { entry: Entry }) {
  const fields = shown_fields(entry);
  if (fields.length === 0) return <span className="faint">nothing released yet</span>;
  return (
    <span className="ledger-summary">
      {fields.slice(0, 6).map((f) => (
        <span key={f.name}>
          <span className="faint">{field_words(f.name)}</span> {f.person ?? f.value}
        </span>
      ))}
    </span>
  );
}

export default function Ledger() {
  const phone = useIsPhone();
  const queries = useQueryClient();
  const auditor = useSession().officer.role === 'auditor';
  const open = useOpenEntry();
  const chosen = useEntry();
  const query = useInfiniteQuery({
    queryKey: ['ledger', 'entries'],
    queryFn: ({ pageParam, signal }) => call(api.GET('/api/v1/ledger/entries', { params: { query: { before: pageParam, limit: 100 } }, signal })),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next_before,
  });
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  const size = query.data?.pages[0]?.size;
  const head = useQuery(checkpoint_query);
  const newer = Math.max(0, (head.data?.size ?? 0) - (size ?? head.data?.size ?? 0));

  const columns: Column<Entry>[] = [
    { id: 'index', head: 'Entry', width: '76px', align: 'end', cell: (e) => <span className="figures">{count_text(e.index)}</span> },
    {
      id: 'kind',
      head: 'What happened',
      width: 'minmax(200px, 1fr)',
      cell: (e) => (
        <span className="ledger-kind">
          <span className="strong">
            {kind_words(e.kind)}
            {was_refused(e) ? <span className="ledger-refused">: refused</span> : null}
          </span>
          {phone ? <Summary entry={e} /> : null}
        </span>
      ),
    },
    { id: 'fields', head: auditor ? 'All of its fields' : 'What is released of it', width: 'minmax(240px, 2.4fr)', phone: false, cell: (e) => <Summary entry={e} /> },
    { id: 'time', head: 'When', width: '132px', align: 'end', cell: (e) => <Time at={e.time} /> },
  ];

  return (
    <>
      <PageHead
        title="Ledger"
        actions={
          <Button
            size="small"
            icon={<RefreshCw size={14} aria-hidden />}
            onPress={() => {
              void queries.resetQueries({ queryKey: ['ledger', 'entries'] });
              void queries.invalidateQueries({ queryKey: checkpoint_query.queryKey });
            }}
          >
            {newer ? `Show ${count_text(newer)} new` : 'Newest'}
          </Button>
        }
      >
        Whatever was asked, shown, changed or refused, in the order in which it was recorded. Nobody can edit it. <Link to="/check">How anybody verifies it</Link>
      </PageHead>
      <Head />
      {query.error ? <ProblemPanel error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={10} label="Loading the latest entries" /> : null}
      {query.data && entries.length === 0 ? (
        <EmptyState icon={BookOpenText} title="Nothing is recorded yet">
          The first entry is written when the server starts.
        </EmptyState>
      ) : null}
      {entries.length ? (
        <VirtualTable
          label="Entries"
          rows={entries}
          columns={columns}
          key_of={(e) => String(e.index)}
          row_height_px={phone ? 64 : 38}
          phone_columns="52px minmax(0, 1fr) auto"
          selected={chosen === undefined ? undefined : String(chosen)}
          on_select={(e) => open(e.index)}
          on_end={() => {
            if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
          }}
          place="ledger"
        />
      ) : null}
    </>
  );
}

/** The signed head: what anybody outside can hold against a copy of their own. */
function Head() {
  const queries = useQueryClient();
  const query = useQuery(checkpoint_query);
  const note = query.data?.note;
  useEffect(() => {
    // A new head means that proofs asked for before are older than need be.
    void queries.invalidateQueries({ queryKey: ['ledger', 'proof'] });
  }, [note, queries]);
  if (query.error && !query.data) return <ProblemPanel error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton rows={1} label="Loading the checkpoint" />;
  const { size, root, origin, verifier_key } = query.data;
  return (
    <section className="ledger-head" aria-label="Signed head">
      <dl>
        <div>
          <dt>Signed head</dt>
          <dd className="figures">{count_text(size)} entries</dd>
        </div>
        <div className="grow">
          <dt>Root</dt>
          <dd>
            <code title={root}>{root}</code>
          </dd>
        </div>
        <div>
          <dt>Log</dt>
          <dd title={verifier_key}>{origin}</dd>
        </div>
        <div>
          <dt>For any verifier</dt>
          <dd>
            <a href="/log/checkpoint">/log/checkpoint</a>
          </dd>
        </div>
      </dl>
    </section>
  );
}
