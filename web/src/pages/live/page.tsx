import { useQuery } from '@tanstack/react-query';
import { ArrowUp, CarFront, Pause, Play } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { cameras_query, overview_query } from '@/api/queries';
import { useWorkingCase } from '@/app/session';
import {
  Button,
  type Column,
  count_text,
  EmptyState,
  Looks,
  PlateChip,
  ProblemPanel,
  ReadPicture,
  Select,
  Skeleton,
  Time,
  useHotkeys,
  useIsPhone,
  useNow,
  VirtualTable,
} from '@/ui';
import { Dialog } from '@/ui/Dialog';
import { CamerasNow } from './CamerasNow';
import { Inspector } from './Inspector';
import { type LiveFilter, type LiveItem, passes, picture_of, useLive } from './live';
import './live.css';

const all = 'all';
const colors = ['black', 'white', 'gray', 'silver', 'red', 'blue', 'green', 'yellow', 'orange', 'brown', 'unknown'];
const bodies = ['sedan', 'suv', 'pickup', 'hatchback', 'van', 'minivan', 'truck', 'bus', 'motorcycle', 'unknown'];
const options = (word: string, values: readonly string[]) => [
  { value: all, label: `Any ${word}` },
  ...values.map((value) => ({ value, label: value === 'unknown' ? `${word} unknown` : value === 'suv' ? 'SUV' : value.charAt(0).toUpperCase() + value.slice(1) })),
];

function useFilter() {
  const [params, set_params] = useSearchParams();
  const filter: LiveFilter = {
    camera: params.get('camera') ?? undefined,
    color: params.get('color') ?? undefined,
    body: params.get('body') ?? undefined,
  };
  const set = (name: keyof LiveFilter, value: string) =>
    set_params(
      (old) => {
        const next = new URLSearchParams(old);
        if (value === all) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return { filter, set };
}

export default function Live() {
  const phone = useIsPhone();
  const [paused, set_paused] = useState(false);
  const [at_top, set_at_top] = useState(true);
  const [chosen, set_chosen] = useState<string>();
  const { filter, set } = useFilter();
  const { query, items, waiting_count, show_waiting } = useLive(paused || !at_top);
  const cameras = useQuery(cameras_query).data;
  const shown = useMemo(() => items.filter((item) => passes(item, filter)), [items, filter.camera, filter.color, filter.body]); // eslint-disable-line react-hooks/exhaustive-deps -- the filter's parts are its identity
  const camera_name = useCallback((id: string) => cameras?.find((c) => c.id === id)?.name ?? 'Camera removed', [cameras]);
  const selected = items.find((item) => item.masked.id === chosen);
  const filtered = !!(filter.camera || filter.color || filter.body);
  const working = useWorkingCase();

  const toggle_pause = () => {
    if (paused && at_top) show_waiting();
    set_paused(!paused);
  };
  const to_top = useCallback(
    (now: boolean) => {
      set_at_top(now);
      if (now && !paused) show_waiting();
    },
    [paused, show_waiting],
  );
  useHotkeys('Live', [
    { keys: 'p', label: 'Pause or go on', run: toggle_pause },
    { keys: 'Escape', label: 'Close the read', run: () => set_chosen(undefined) },
  ]);

  const columns: Column<LiveItem>[] = [
    { id: 'picture', head: <span className="visually-hidden">Picture</span>, width: '64px', cell: (item) => <Thumbnail item={item} /> },
    { id: 'vehicle', head: 'Vehicle', width: 'minmax(300px, 3fr)', cell: (item) => <Vehicle item={item} camera={phone ? camera_name(item.masked.camera_id) : undefined} /> },
    { id: 'camera', head: 'Camera', width: 'minmax(140px, 2fr)', phone: false, cell: (item) => camera_name(item.masked.camera_id) },
    { id: 'time', head: 'Seen', width: '84px', align: 'end', cell: (item) => <Time at={item.masked.captured_at} /> },
  ];

  return (
    <div className="live">
      <header className="page-head live-head">
        <h1>Live</h1>
        <LiveFigures items={query.data} />
        <div className="push row">
          {waiting_count > 0 ? (
            <span role="status" className="small soft figures not-phone">
              {count_text(waiting_count)} new {paused ? 'while paused' : 'above'}
            </span>
          ) : null}
          <Button
            aria-label={phone ? (paused ? 'Go on' : 'Pause') : undefined}
            icon={paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
            hotkey={phone ? undefined : 'p'}
            onPress={toggle_pause}
            size="small"
          >
            {phone ? null : paused ? 'Go on' : 'Pause'}
          </Button>
        </div>
      </header>
      <div className="live-filter" role="search" aria-label="Filter what is shown">
        <Select
          label="Camera"
          hide_label
          value={filter.camera ?? all}
          on_change={(v) => set('camera', v)}
          options={[{ value: all, label: 'Any camera' }, ...(cameras ?? []).map((c) => ({ value: c.id, label: c.name }))]}
        />
        <Select label="Color" hide_label value={filter.color ?? all} on_change={(v) => set('color', v)} options={options('color', colors)} />
        <Select label="Body" hide_label value={filter.body ?? all} on_change={(v) => set('body', v)} options={options('body', bodies)} />
        {filtered ? (
          <p className="small soft figures live-filter-count">
            {count_text(shown.length)} of {count_text(items.length)} reads
          </p>
        ) : null}
        {working && !phone ? <PermitNote /> : null}
      </div>
      {working && phone ? <PermitNote /> : null}
      <div className="live-columns">
        <div className="live-list">
          {!at_top && waiting_count > 0 && !paused ? (
            <button type="button" className="live-newer" onClick={() => document.querySelector('.live-list .vtable-scroll')?.scrollTo({ top: 0 })}>
              <ArrowUp size={14} aria-hidden /> {count_text(waiting_count)} newer
            </button>
          ) : null}
          {query.error ? <ProblemPanel error={query.error} retry={() => void query.refetch()} /> : null}
          {query.isPending ? <Skeleton rows={10} height={56} label="Loading the latest reads" /> : null}
          {query.data ? (
            shown.length ? (
              <VirtualTable
                label="Reads"
                rows={shown}
                columns={columns}
                key_of={(item) => item.masked.id}
                row_height_px={phone ? 84 : 48}
                phone_columns="72px minmax(0, 1fr) auto"
                selected={chosen}
                on_select={(item) => set_chosen(item.masked.id)}
                on_top={to_top}
              />
            ) : (
              <EmptyState icon={CarFront} title={filtered ? 'None of the latest reads fits this filter' : 'No vehicle yet'}>
                {filtered ? 'New ones appear here as they pass.' : 'Reads appear here as soon as a camera sends one. Cameras tells why one is silent.'}
              </EmptyState>
            )
          ) : null}
        </div>
        {phone ? (
          <Dialog open={!!selected} on_close={() => set_chosen(undefined)} title="Read" kind="drawer">
            {selected ? <Inspector item={selected} camera={camera_name(selected.masked.camera_id)} /> : null}
          </Dialog>
        ) : (
          <aside className="live-side" aria-label={selected ? 'The chosen read' : 'Cameras now'}>
            {selected ? (
              <Inspector item={selected} camera={camera_name(selected.masked.camera_id)} on_close={() => set_chosen(undefined)} />
            ) : (
              <CamerasNow chosen={filter.camera} on_choose={(id) => set('camera', id === filter.camera ? all : id)} />
            )}
          </aside>
        )}
      </div>
    </div>
  );
}

function PermitNote() {
  return (
    <p className="small soft live-permit">
      Plates are open for what passes while you work on the case; for earlier ones, <Link to="/search">search</Link>.
    </p>
  );
}

function Thumbnail({ item }: { item: LiveItem }) {
  return item.masked.has_picture ? <ReadPicture small of={picture_of(item)} alt="" /> : <span className="picture picture-small" />;
}

function Vehicle({ item, camera }: { item: LiveItem; camera?: string }) {
  const { masked, read } = item;
  const none = masked.plate_chars === 0 && !read?.plate;
  return (
    <span className="live-vehicle">
      <span className="live-plate">
        {none ? (
          <span className="small faint">no plate seen</span>
        ) : (
          <PlateChip text={read?.plate?.text} dots={masked.plate_chars} region={read?.plate?.region ?? masked.region} characters={read?.plate?.characters} />
        )}
      </span>
      <Looks looks={masked.vehicle} />
      {camera ? <span className="small faint clip">{camera}</span> : null}
    </span>
  );
}

function LiveFigures({ items }: { items?: readonly LiveItem[] }) {
  const overview = useQuery(overview_query).data;
  const now = useNow();
  const last_minute = items?.filter((item) => now - Date.parse(item.masked.captured_at) < 60_000).length;
  if (!overview) return null;
  return (
    <dl className="figure-line">
      {last_minute === undefined ? null : (
        <div>
          <dt>in the last minute</dt>
          <dd>{count_text(last_minute)}</dd>
        </div>
      )}
      <div className="not-phone">
        <dt>reads today</dt>
        <dd>{count_text(overview.reads_today)}</dd>
      </div>
      <div className="not-phone">
        <dt>of {count_text(overview.cameras_total)} cameras working</dt>
        <dd>{count_text(overview.cameras_ok)}</dd>
      </div>
      <div className="not-phone">
        <dt>days, then deleted</dt>
        <dd>{count_text(overview.retained_days)}</dd>
      </div>
    </dl>
  );
}
