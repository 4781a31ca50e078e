import { useQuery } from '@tanstack/react-query';
import { Camera as CameraIcon, List, Map as MapIcon, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useNavigate, useLocation } from 'react-router';
import { cameras_query } from '@/api/queries';
import { useAbout, useMay } from '@/app/session';
import type { Place } from '@/map/geo';
import { MapView } from '@/map/MapView';
import { STATES, STATE_WORDS } from '@/map/model';
import { StateIcon } from '@/map/StateIcon';
import { Button, type Column, count_text, EmptyState, Field, PageHead, ProblemPanel, Skeleton, Time, VirtualTable } from '@/ui';
import { OneOf } from '@/ui/chips';
import { CameraDetail } from './CameraDetail';
import { CameraForm, type Placed } from './CameraForm';
import { Sparkline } from './Histogram';
import { by_urgency, type Camera, summary_of } from './state';
import './cameras.css';

export default function CamerasPage() {
  const cameras = useQuery(cameras_query);
  const center = useAbout()?.town.center;
  const may = useMay();
  const go = useNavigate();
  const id = useLocation().pathname.split('/')[2] ?? '';
  const [hovered, set_hovered] = useState<string>();
  const [filter, set_filter] = useState('');
  const [on_phone, set_on_phone] = useState<'list' | 'map'>('list');
  const [selected, select] = useState<string>();
  const [editing, set_editing] = useState(false);
  const [pin, set_pin] = useState<Placed>();
  const all = useMemo(() => cameras.data ?? [], [cameras.data]);
  const wanted = filter.trim().toLowerCase();
  const rows = useMemo(() => by_urgency(all.filter((c) => `${c.name} ${STATE_WORDS[c.state]}`.toLowerCase().includes(wanted))), [all, wanted]);
  const adding = id === 'new' && may('manage-cameras');
  const chosen = all.find((c) => c.id === id);
  const placing = adding || editing;
  const done = (to: string) => {
    set_editing(false);
    set_pin(undefined);
    void go(to);
  };

  return (
    <>
      <PageHead
        title="Cameras"
        actions={
          may('manage-cameras') && !adding ? (
            <Button icon={<Plus size={16} aria-hidden />} onPress={() => void go('/cameras/new')}>
              Add a camera
            </Button>
          ) : undefined
        }
      >
        {cameras.data ? summary_of(all) : 'Where they stand and how they are.'}
      </PageHead>
      {cameras.isPending ? <Skeleton rows={8} /> : null}
      {cameras.error && !cameras.data ? <ProblemPanel error={cameras.error} retry={() => void cameras.refetch()} /> : null}
      {cameras.data ? (
        <div className={`cameras shows-${on_phone}`}>
          <div className="cameras-side">
            {adding ? (
              <CameraForm key="new" placed={pin} on_placed={set_pin} center={center} on_done={(made) => done(made ? `/cameras/${made.id}` : '/cameras')} />
            ) : chosen && editing ? (
              <CameraForm key={chosen.id} camera={chosen} placed={pin} on_placed={set_pin} center={center} on_done={() => done(`/cameras/${chosen.id}`)} />
            ) : chosen ? (
              <CameraDetail key={chosen.id} camera={chosen} on_back={() => void go('/cameras')} on_edit={() => set_editing(true)} />
            ) : id ? (
              <EmptyState icon={CameraIcon} title="This camera is not here" action={<Button onPress={() => void go('/cameras')}>Show all cameras</Button>} />
            ) : all.length === 0 ? (
              <EmptyState icon={CameraIcon} title="No camera yet">
                <p>{may('manage-cameras') ? 'Add the first one; it gets a token to call with.' : 'An administrator adds cameras.'}</p>
              </EmptyState>
            ) : (
              <CameraRows rows={rows} filter={filter} on_filter={set_filter} selected={selected} on_select={select} lit={hovered} on_hover={set_hovered} on_open={(c) => void go(`/cameras/${c.id}`)} />
            )}
          </div>
          <div className="cameras-map">
            <MapView
              label="Cameras of the town"
              cameras={all}
              center={center ?? { lat: 0, lon: 0 }}
              selected={chosen ? [chosen.id] : []}
              lit={hovered ?? (chosen ? undefined : selected)}
              pin={placing ? pin : undefined}
              drawing={placing ? 'place' : undefined}
              on_place={(place: Place) => set_pin((p) => ({ bearing_deg: chosen?.bearing_deg ?? 0, view_angle_deg: chosen?.view_angle_deg ?? 40, ...p, place }))}
              on_hover={set_hovered}
              on_camera={(camera_id) => {
                if (!placing) void go(`/cameras/${camera_id}`);
                set_on_phone('list');
              }}
            />
            <Legend />
          </div>
          <div className="cameras-switch">
            <OneOf
              label="List or map"
              hide_label
              value={on_phone}
              on_change={set_on_phone}
              options={[
                { value: 'list', label: <><List size={14} aria-hidden /> {chosen ? 'Camera' : placing ? 'Form' : 'List'}</> },
                { value: 'map', label: <><MapIcon size={14} aria-hidden /> Map</> },
              ]}
            />
          </div>
        </div>
      ) : null}
    </>
  );
}

function Legend() {
  return (
    <ul className="legend" aria-label="What the shapes mean">
      {STATES.map((state) => (
        <li key={state}>
          <StateIcon state={state} /> {STATE_WORDS[state]}
        </li>
      ))}
    </ul>
  );
}

interface RowsProps {
  rows: readonly Camera[];
  filter: string;
  on_filter: (text: string) => void;
  selected?: string;
  on_select: (id: string) => void;
  lit?: string;
  on_hover: (id: string | undefined) => void;
  on_open: (camera: Camera) => void;
}

function CameraRows({ rows, filter, on_filter, selected, on_select, lit, on_hover, on_open }: RowsProps) {
  const columns: Column<Camera>[] = [
    {
      id: 'name',
      head: 'Camera',
      width: 'minmax(0, 1fr)',
      cell: (c) => (
        <span className="camera-name">
          <StateIcon state={c.state} />
          <span className="clip">
            <span className="clip camera-line">{c.name}</span>
            <span className="small soft clip camera-line">
              {STATE_WORDS[c.state]}
              {c.last_read_at ? (
                <>
                  {' '}
                  · last read <Time at={c.last_read_at} />
                </>
              ) : null}
            </span>
          </span>
        </span>
      ),
    },
    { id: 'day', head: '24 h', width: '76px', phone: false, cell: (c) => <Sparkline id={c.id} /> },
    { id: 'hour', head: 'Last hour', width: '72px', align: 'end', cell: (c) => <span className="figures">{count_text(c.reads_last_hour)}</span> },
  ];
  return (
    <>
      <div data-question className="camera-filter">
        <Field label="Find a camera" hide_label type="search" placeholder="Name or state" value={filter} onChange={on_filter} />
      </div>
      {rows.length === 0 ? <EmptyState icon={CameraIcon} title="No camera fits" action={<Button onPress={() => on_filter('')}>Show all</Button>} /> : null}
      {rows.length ? (
        <VirtualTable
          label="Cameras"
          rows={rows}
          columns={columns}
          phone_columns="minmax(0, 1fr) 72px"
          row_height_px={52}
          key_of={(c) => c.id}
          selected={selected}
          on_select={(c) => {
            if (selected === c.id) on_open(c);
            else on_select(c.id);
          }}
          on_open={on_open}
          on_hover={(c) => on_hover(c?.id)}
          row_class={(c) => (c.id === lit ? 'is-lit' : undefined)}
          place="cameras"
        />
      ) : null}
    </>
  );
}
