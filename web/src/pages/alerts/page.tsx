import { useInfiniteQuery } from '@tanstack/react-query';
import { ArrowLeft, GitCompareArrows } from 'lucide-react';
import { useCallback, useEffect } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { api, call, type Schemas } from '@/api/client';
import { type Column, EmptyState, ProblemPanel, Select, Skeleton, Tag, Time, useHotkeys, useIsPhone, VirtualTable } from '@/ui';
import { Comparison } from './Comparison';
import { StoppedLists } from './StoppedLists';
import { kind_words, StateTag } from './words';
import './alerts.css';

type Summary = Schemas['AlertSummary'];
type State = Schemas['AlertState'];

const filters = [
  { value: 'all', label: 'All alerts' },
  { value: 'pending', label: 'Waiting' },
  { value: 'confirmed', label: 'Outcome open' },
  { value: 'rejected', label: 'Not this one' },
  { value: 'closed', label: 'Closed' },
];

const columns: Column<Summary>[] = [
  {
    id: 'what',
    head: 'Alert',
    width: 'minmax(0, 1fr)',
    cell: (alert) => (
      <span className="queue-item">
        <span className="row">
          <span className="strong clip grow">{alert.reason}</span>
          <span className="small soft figures">
            <Time at={alert.last_read_at} />
          </span>
        </span>
        <span className="small soft clip queue-line">{alert.camera_name}</span>
        <span className="row small faint">
          <StateTag state={alert.state} />
          {alert.second_look && alert.state === 'pending' ? <Tag meaning="needed">{alert.looks_needed === 2 ? 'Two people' : 'Second look'}</Tag> : null}
          {alert.list_stale ? <Tag meaning="stale">Old list</Tag> : null}
          <span className="clip">
            {alert.agency ? `${alert.agency}’s list. ` : ''}
            {kind_words[alert.kind]}
            {alert.reads > 1 && `, read ${alert.reads} times`}
          </span>
        </span>
      </span>
    ),
  },
];

export default function Alerts() {
  const { id } = useParams();
  const go = useNavigate();
  const phone = useIsPhone();
  const [params, set_params] = useSearchParams();
  const state = (filters.some((f) => f.value === params.get('state')) ? params.get('state') : 'all') as State | 'all';

  const query = useInfiniteQuery({
    queryKey: ['alerts', 'queue', state],
    queryFn: ({ pageParam, signal }) =>
      call(api.GET('/api/v1/alerts', { params: { query: { limit: 100, cursor: pageParam, state: state === 'all' ? undefined : state } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor,
  });
  const alerts = query.data?.pages.flatMap((page) => page.items) ?? [];
  const pending = alerts.filter((a) => a.state === 'pending').length;
  const search = params.size ? `?${params}` : '';
  const show = useCallback((alert: Summary) => void go(`/alerts/${alert.id}${search}`, { replace: !phone }), [go, search, phone]);
  const first = alerts[0]?.id;
  const shown = id ?? (phone ? undefined : first);
  const next = alerts.find((a) => a.state === 'pending' && a.id !== shown);

  // The address names what is shown: deciding moves the alert in the queue, not the person to another alert.
  useEffect(() => {
    if (!id && !phone && first) void go(`/alerts/${first}${search}`, { replace: true });
  }, [id, phone, first, search, go]);

  useHotkeys('Alerts', [{ keys: 'Escape', label: 'Back to the queue', run: () => void go(`/alerts${search}`) }]);

  const queue = (
    <section className="queue" aria-label="Queue">
      <header className="page-head">
        <div className="grow">
          <h1>Alerts</h1>
          <p className="page-sub" role="status">
            {query.data ? (pending ? `${pending} waiting for a person` : 'Nobody is waiting') : ' '}
          </p>
        </div>
        <Select
          label="Which alerts"
          hide_label
          value={state}
          options={filters}
          on_change={(value) => set_params(value === 'all' ? {} : { state: value }, { replace: true })}
        />
      </header>
      <StoppedLists />
      {query.error ? <ProblemPanel error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={8} height={56} label="Loading the queue" /> : null}
      {query.data && !alerts.length ? (
        <EmptyState icon={GitCompareArrows} title={state === 'all' ? 'No alert yet' : 'None in this state'}>
          When a read fits an entry of a hotlist, it is put here for a person to compare.
        </EmptyState>
      ) : null}
      {alerts.length ? (
        <VirtualTable
          label="Alerts"
          rows={alerts}
          columns={columns}
          key_of={(a) => a.id}
          row_height_px={78}
          selected={shown}
          on_select={show}
          on_end={() => {
            if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
          }}
          hide_head
          place="alerts"
        />
      ) : null}
    </section>
  );

  if (phone) {
    if (!id) return queue;
    return (
      <div className="alerts-one">
        <h1 className="visually-hidden">Alert</h1>
        <Link className="row alerts-back" to={`/alerts${search}`}>
          <ArrowLeft size={16} aria-hidden /> Queue
        </Link>
        <Comparison key={id} id={id} next={next ? () => show(next) : undefined} />
      </div>
    );
  }
  return (
    <div className="alerts">
      {queue}
      {shown ? <Comparison key={shown} id={shown} next={next ? () => show(next) : undefined} /> : <div className="comparison" />}
    </div>
  );
}
