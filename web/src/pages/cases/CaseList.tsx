import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { FolderOpen, FolderPlus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Schemas } from '@/api/client';
import { purposes_query } from '@/api/queries';
import { useMay } from '@/app/session';
import { Button, type Column, EmptyState, ListTools, PageHead, ProblemPanel, Skeleton, Tag, Time, useHotkeys, useListFilter, VirtualTable } from '@/ui';
import { cases_query } from './queries';

type Show = 'mine' | 'open' | 'closed' | 'all';
type Row = Schemas['CaseSummary'];
const shows: [{ value: Show; label: string }, ...{ value: Show; label: string }[]] = [
  { value: 'mine', label: 'Mine, open' },
  { value: 'open', label: 'Open' },
  { value: 'closed', label: 'Closed' },
  { value: 'all', label: 'All' },
];
const filters: Record<Show, { open?: boolean; mine?: boolean }> = {
  mine: { open: true, mine: true },
  open: { open: true },
  closed: { open: false },
  all: {},
};

export function CaseList() {
  const filter = useListFilter(shows);
  const { show, q, late_q } = filter;
  const go = useNavigate();
  const may = useMay();
  const [selected, select] = useState<string>();
  const purposes = useQuery(purposes_query).data;
  const found = useInfiniteQuery(cases_query({ ...filters[show], q: late_q }));
  const rows = useMemo(() => found.data?.pages.flatMap((p) => p.items) ?? [], [found.data]);
  const label_of = (code: string) => purposes?.purposes.find((p) => p.code === code)?.label ?? code;
  const offence_of = (code: string) => purposes?.offences.find((o) => o.code === code)?.label ?? code;

  useHotkeys('Cases', may('manage-case') ? [{ keys: 'n', label: 'New case', run: () => void go('/cases/new') }] : []);

  const columns: Column<Row>[] = [
    { id: 'number', head: 'Number', width: '120px', cell: (c) => <span className="strong figures">{c.number}</span> },
    { id: 'title', head: 'Title', width: 'minmax(160px, 2fr)', cell: (c) => <span className="clip">{c.title}</span> },
    { id: 'purpose', head: 'Purpose', width: 'minmax(120px, 1fr)', phone: false, cell: (c) => <span className="clip">{label_of(c.purpose)}</span> },
    { id: 'offence', head: 'Offense', width: 'minmax(120px, 1fr)', phone: false, cell: (c) => <span className="clip soft">{offence_of(c.offence)}</span> },
    { id: 'opened', head: 'Opened', width: '120px', phone: false, cell: (c) => <Time at={c.opened_at} /> },
    {
      id: 'state',
      head: 'State',
      width: '150px',
      cell: (c) => (
        <span className="row">
          <Tag meaning={c.open ? 'plain' : 'stale'}>{c.open ? 'Open' : 'Closed'}</Tag>
          {c.assigned_to_me ? <span className="small soft not-phone">yours</span> : null}
        </span>
      ),
    },
  ];

  return (
    <>
      <PageHead
        title="Cases"
        actions={
          may('manage-case') ? (
            <Button kind="primary" icon={<FolderPlus size={16} aria-hidden />} onPress={() => void go('/cases/new')} hotkey="n">
              New case
            </Button>
          ) : undefined
        }
      >
        A search needs an open case that you are on.
      </PageHead>
      <ListTools filter={filter} which="Which cases" find="Find by number or title" placeholder="Number or title" />
      {found.isPending ? <Skeleton rows={8} /> : null}
      {found.error ? <ProblemPanel error={found.error} retry={() => void found.refetch()} /> : null}
      {found.data && rows.length === 0 ? (
        <EmptyState
          icon={FolderOpen}
          title={q ? 'No case has this number or title' : show === 'mine' ? 'You are on no open case' : 'No cases here'}
          action={show === 'all' && !q ? undefined : <Button onPress={() => void go('/cases?show=all', { replace: true })}>Show all cases</Button>}
        />
      ) : null}
      {rows.length > 0 ? (
        <VirtualTable
          label="Cases"
          rows={rows}
          columns={columns}
          phone_columns="92px minmax(0, 1fr) 84px"
          key_of={(c) => c.id}
          selected={selected}
          on_select={(c) => {
            if (selected === c.id) void go(`/cases/${c.id}`);
            else select(c.id);
          }}
          on_open={(c) => void go(`/cases/${c.id}`)}
          on_end={() => {
            if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
          }}
          place="cases"
        />
      ) : null}
    </>
  );
}
