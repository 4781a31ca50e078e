import { useCallback, useMemo, useRef } from 'react';
import type { Schemas } from '@/api/client';
import { as_problem } from '@/api/problem';
import { type PictureOf, usePicture } from '@/seal/picture';
import { useSeen } from '@/seal/useSeen';
import { type Column, Looks, looks_sentence, PlateChip, Time, VirtualTable } from '@/ui';
import { lit, type Selection } from './selection';
import { type AlikeWord, alike_text } from './likeness';
import type { Read } from './useSearch';

type Camera = Schemas['Camera'];

interface Props {
  reads: readonly Read[];
  cameras: ReadonlyMap<string, Camera>;
  case_id: string;
  /** Leads of passings with more than one read: how many more. */
  others: ReadonlyMap<string, number>;
  unfolded: ReadonlySet<string>;
  on_unfold: (id: string) => void;
  selection: Selection;
  /** Everything that shares the lit camera or bar, lit faintly. */
  companions: ReadonlySet<string>;
  on_focus: (id: string) => void;
  on_hover: (id: string | undefined) => void;
  on_open: (id: string) => void;
  /** Of what looks alike: how much. */
  alike?: ReadonlyMap<string, AlikeWord>;
}

export const picture_of = (read_id: string, case_id: string): PictureOf => ({
  path: `/api/v1/reads/${encodeURIComponent(read_id)}/picture?case_id=${encodeURIComponent(case_id)}`,
  read_id,
});

/** A correction stands beside the read; the latest one that was not taken back is what the plate is taken to be. */
export function plate_of(read: Read): { text: string; region: string; corrected: boolean } | undefined {
  const correction = read.corrections.findLast((c) => !c.withdrawn);
  if (correction) return { text: correction.plate, region: correction.region ?? read.plate?.region ?? 'unknown', corrected: true };
  return read.plate ? { text: read.plate.text, region: read.plate.region, corrected: false } : undefined;
}

function Plate({ read, size = 's' }: { read: Read; size?: 's' | 'm' }) {
  const plate = plate_of(read);
  if (!plate) return <span className="faint small">No plate read</span>;
  return (
    <span className="row">
      <PlateChip text={plate.text} region={plate.region} characters={plate.corrected ? undefined : read.plate?.characters} size={size} />
      {plate.corrected ? <span className="faint small">corrected</span> : null}
    </span>
  );
}

/** "+2": the same passing was read that often more. */
function More({ read, others, unfolded, on_unfold }: { read: Read } & Pick<Props, 'others' | 'unfolded' | 'on_unfold'>) {
  const more = others.get(read.id);
  if (!more) return null;
  const open = unfolded.has(read.id);
  return (
    <button
      type="button"
      className="more-reads small"
      aria-expanded={open}
      aria-label={`${more} more ${more === 1 ? 'read' : 'reads'} of this passing`}
      onClick={(e) => {
        e.stopPropagation();
        on_unfold(read.id);
      }}
    >
      {open ? '−' : '+'}
      {more}
    </button>
  );
}

export function ResultList(props: Props) {
  const { cameras, others, unfolded, on_unfold, alike, on_focus, on_hover, on_open } = props;
  const shown = lit(props.selection);
  const columns = useMemo(
    (): Column<Read>[] => [
      {
        id: 'time',
        head: 'Time',
        width: '128px',
        cell: (r) => (
          <span className="read-time">
            <Time at={r.captured_at} />
            <More read={r} others={others} unfolded={unfolded} on_unfold={on_unfold} />
          </span>
        ),
      },
      { id: 'plate', head: 'Plate', width: '124px', cell: (r) => <Plate read={r} /> },
      {
        id: 'vehicle',
        head: 'Vehicle and camera',
        width: 'minmax(120px, 1fr)',
        cell: (r) => (
          <span className="read-line">
            <Looks looks={r.vehicle} />
            <span className="small soft clip">
              {alike ? <span className="strong">{alike_text(alike.get(r.id))} · </span> : null}
              {cameras.get(r.camera_id)?.name ?? 'Removed camera'}
            </span>
          </span>
        ),
      },
    ],
    [cameras, others, unfolded, on_unfold, alike],
  );
  const key_of = useCallback((r: Read) => r.id, []);
  return (
    <VirtualTable
      label="Reads found"
      rows={props.reads}
      columns={columns}
      phone_columns="84px 116px minmax(0, 1fr)"
      row_height_px={48}
      key_of={key_of}
      selected={props.selection.focused}
      on_select={(r) => on_focus(r.id)}
      on_open={(r) => on_open(r.id)}
      on_hover={(r) => on_hover(r?.id)}
      row_class={(r) => (r.id === shown ? 'is-lit' : props.companions.has(r.id) ? 'is-companion' : undefined)}
      hotkeys={false}
    />
  );
}

export function CardPicture({ read_id, case_id }: { read_id: string; case_id: string }) {
  const place = useRef<HTMLSpanElement>(null);
  const seen = useSeen(place);
  const picture = usePicture(seen ? picture_of(read_id, case_id) : undefined);
  if (picture.url) return <img src={picture.url} alt="" decoding="async" className="card-picture" data-picture={picture.sealed ? 'sealed' : 'open'} />;
  return (
    <span ref={place} className="card-picture card-none small faint">
      {picture.error ? as_problem(picture.error).title : null}
    </span>
  );
}

export function Gallery(props: Props) {
  const shown = lit(props.selection);
  return (
    <ul className="gallery" aria-label="Pictures of the reads found" onMouseLeave={() => props.on_hover(undefined)}>
      {props.reads.map((r) => {
        const camera = props.cameras.get(r.camera_id)?.name ?? 'Removed camera';
        const cls = `card${r.id === props.selection.focused ? ' is-selected' : ''}${r.id === shown ? ' is-lit' : props.companions.has(r.id) ? ' is-companion' : ''}`;
        return (
          <li key={r.id} className={cls} onMouseEnter={() => props.on_hover(r.id)}>
            <button
              type="button"
              className="card-button"
              data-read={r.id}
              onFocus={() => props.on_focus(r.id)}
              onClick={() => props.on_open(r.id)}
            >
              {r.has_picture ? (
                <CardPicture read_id={r.id} case_id={props.case_id} />
              ) : (
                <span className="card-picture card-none small faint">No picture</span>
              )}
              <span className="card-words">
                <span className="row card-line">
                  <Plate read={r} />
                  <span className="push small soft">
                    <Time at={r.captured_at} />
                  </span>
                </span>
                <span className="small soft clip">
                  {props.alike ? <span className="strong">{alike_text(props.alike.get(r.id))} · </span> : null}
                  {camera}
                </span>
                <span className="visually-hidden">{looks_sentence(r.vehicle)}</span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
