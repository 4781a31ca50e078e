import { Grid2X2, List, Map as MapIcon, SearchX, SlidersHorizontal } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Schemas } from '@/api/client';
import { useAbout, useMay } from '@/app/session';
import type { Shape } from '@/map/geo';
import { type Drawing, MapView } from '@/map/MapView';
import { legs_of } from '@/map/track';
import { Button, count_text, EmptyState, keep, kept, LedgerMark, ProblemPanel, useHotkeys, useZone } from '@/ui';
import { OneOf } from '@/ui/chips';
import { useSettled } from '@/ui/useSettled';
import { AlikeHead } from './Alike';
import { Exports } from './Exports';
import { again_of } from './language';
import { SearchHelped } from './OwnSearches';
import { lines_of, passings_of } from './passings';
import { class_text } from './plate';
import type { Draft } from './question';
import { ReadPanel } from './ReadPanel';
import { Gallery, plate_of, ResultList } from './Results';
import { keep as keep_selection, lit, type Move, NOTHING, step } from './selection';
import { Timeline } from './Timeline';
import type { Bar } from './timeline';
import { type Answer, FILE_VEHICLES, PAGE_EVIDENCE } from './useSearch';
import { Vehicles } from './Vehicles';
import { day_and_time, local_times } from './zoned';

type Look = 'list' | 'pictures' | 'map';

// As the server counts the gaps of a route.
const ROUTE_GAP_MIN = 30;
const ROUTE_GAP_MS = ROUTE_GAP_MIN * 60_000;
// Whoever steps through the reads gets their pictures first; the map shows the place where he stops.
const MAP_FOLLOWS_MS = 150;

interface FoundProps {
  answer: Answer;
  more?: 'asking' | { error: unknown };
  draft: Draft;
  cameras: readonly Schemas['Camera'][];
  drawing: Drawing;
  on_shape: (shape: Shape) => void;
  on_draw_end: () => void;
  on_more: () => void;
  on_edit: () => void;
  on_changed: (read: Answer['items'][number]) => void;
  case_number: string;
}

/** The answer: list, pictures, timeline and map as one selection. */
export function Found({ answer, more, draft, cameras, drawing, on_shape, on_draw_end, on_more, on_edit, on_changed, case_number }: FoundProps) {
  const zone = useZone();
  const may = useMay();
  const center = useAbout()?.town.center ?? { lat: 0, lon: 0 };
  const [look, set_look] = useState<Look>(() => (answer.wide?.kind === 'again' ? 'pictures' : (kept<Look>('search.look') ?? 'list')));
  const [selection, select] = useState(NOTHING);
  const [bar, set_bar] = useState<Bar>();
  const [hovered_camera, set_hovered_camera] = useState<string>();
  const [unfolded, set_unfolded] = useState<ReadonlySet<string>>(new Set());
  const [plate, set_plate] = useState<string>();
  const { wide } = answer;
  const items = useMemo(() => (plate === undefined ? answer.items : answer.items.filter((r) => r.plate?.text === plate || plate_of(r)?.text === plate)), [answer.items, plate]);
  const alike = wide?.kind === 'again' ? wide.alike : undefined;
  // In order of likeness each read stands for itself.
  const passings = useMemo(() => (alike ? items.map((lead) => ({ lead, others: [] })) : passings_of(items)), [alike, items]);
  const lines = useMemo(() => lines_of(passings, unfolded), [passings, unfolded]);
  const others = useMemo(() => new Map(passings.filter((p) => p.others.length > 0).map((p) => [p.lead.id, p.others.length])), [passings]);
  const unfold = useCallback((id: string) => set_unfolded((s) => new Set(s.has(id) ? [...s].filter((x) => x !== id) : [...s, id])), []);
  const ids = useMemo(() => lines.map((r) => r.id), [lines]);
  const by_id = useMemo(() => new Map(items.map((r) => [r.id, r])), [items]);
  const by_camera = useMemo(() => new Map(cameras.map((c) => [c.id, c])), [cameras]);
  useEffect(() => select((s) => keep_selection(s, ids)), [ids]);

  const go = (move: Move) => {
    const next = step(selection, ids, move);
    select(next);
    if (look === 'pictures' && next.focused) document.querySelector<HTMLElement>(`[data-read="${CSS.escape(next.focused)}"]`)?.focus();
  };
  useHotkeys('Reads found', [
    { keys: 'j | ArrowDown', label: 'Next read', run: () => go('next') },
    { keys: 'k | ArrowUp', label: 'Read before', run: () => go('previous') },
    { keys: 'Home', label: 'First read', run: () => go('first') },
    { keys: 'End', label: 'Last read', run: () => go('last') },
    { keys: 'Enter | o', label: 'Open the read', run: () => go('open') },
    { keys: 'Escape', label: 'Close the read', run: () => go('close') },
    { keys: 'v', label: 'List, pictures', run: () => choose_look(look === 'list' ? 'pictures' : 'list') },
  ]);
  const choose_look = (next: Look) => {
    if (!alike) keep('search.look', next === 'map' ? 'list' : next);
    set_look(next);
  };

  const shown = by_id.get(lit(selection) ?? '');
  const open = by_id.get(selection.open ?? '');
  const place_lit = useSettled(shown?.camera_id, MAP_FOLLOWS_MS);
  const companions = useMemo(() => {
    const inside = (at: string) => bar && Date.parse(at) >= bar.from && Date.parse(at) < bar.to;
    return new Set(items.filter((r) => r.camera_id === hovered_camera || inside(r.captured_at)).map((r) => r.id));
  }, [items, bar, hovered_camera]);
  const marks = useMemo(() => {
    const counts = new Map<string, number>();
    for (const r of items) counts.set(r.camera_id, (counts.get(r.camera_id) ?? 0) + 1);
    return [...counts].map(([camera_id, count]) => ({ camera_id, count }));
  }, [items]);
  // A way is drawn only where all reads are of one plate or its misreads; otherwise lines would join strangers.
  const legs = useMemo(() => {
    const plates = new Set(items.map((r) => class_text(plate_of(r)?.text ?? '')));
    if (plates.size !== 1 || plates.has('')) return [];
    return legs_of(
      items.flatMap((r) => {
        const place = by_camera.get(r.camera_id)?.place;
        return place ? [{ ...place, id: r.id, at: Date.parse(r.captured_at) }] : [];
      }),
      wide ? ROUTE_GAP_MS : undefined,
    );
  }, [items, by_camera, wide]);

  const focus = (id: string) => select((s) => ({ ...s, focused: id, open: s.open === undefined ? undefined : id }));
  const hover = useCallback((id: string | undefined) => select((s) => (s.hovered === id ? s : { ...s, hovered: id })), []);
  const first_of = (camera_id: string) => items.find((r) => r.camera_id === camera_id)?.id;
  const common = {
    reads: lines,
    others,
    unfolded,
    on_unfold: unfold,
    cameras: by_camera,
    case_id: answer.case_id,
    alike,
    selection,
    companions,
    on_focus: focus,
    on_hover: hover,
    on_open: (id: string) => select((s) => ({ ...s, focused: id, open: id })),
  };
  const at = selection.open ? ids.indexOf(selection.open) + 1 : 0;

  return (
    <div className={`found${open ? ' has-open' : ''}`}>
      <header className="found-head">
        <div className="grow">
          <p className="found-sentence" title={answer.sentence}>
            {local_times(answer.sentence, zone)}
          </p>
          <p className="row-wrap small soft">
            <span className="strong figures">{wide && wide.kind !== 'route' && !alike ? `${count_text(answer.total_at_least)} ${answer.total_at_least === 1 ? 'vehicle' : 'vehicles'}` : items.length === 0 ? 'No reads' : `${count_text(answer.total_at_least)}${answer.next_cursor && items.length >= answer.total_at_least ? ' or more' : ''} ${answer.total_at_least === 1 ? 'read' : 'reads'}`}</span>
            <span className="figures">
              {count_text(answer.cameras)} {answer.cameras === 1 ? 'camera' : 'cameras'} · {answer.took_ms < 10 ? answer.took_ms.toFixed(1) : Math.round(answer.took_ms)} ms
            </span>
            {passings.length < items.length ? <span className="figures">{count_text(passings.length)} passings</span> : null}
            {answer.ledger_indexes.map((index, i) => (
              <LedgerMark key={index} index={index} word={i === 0 ? 'Recorded' : 'More pages'} />
            ))}
          </p>
        </div>
        <div className="row-wrap found-acts">
          {answer.ledger_indexes[0] !== undefined ? <SearchHelped index={answer.ledger_indexes[0]} /> : null}
          {answer.to_export && items.length > 0 && may('export-reads') ? <Exports asked={answer.to_export} case_number={case_number} /> : null}
        </div>
        <span className="phone-only">
          <Button size="small" icon={<SlidersHorizontal size={14} aria-hidden />} onPress={on_edit}>
            Question
          </Button>
        </span>
        <OneOf
          label="How the reads are shown"
          hide_label
          value={look}
          on_change={choose_look}
          options={[
            { value: 'list', label: <><List size={14} aria-hidden /> List</> },
            { value: 'pictures', label: <><Grid2X2 size={14} aria-hidden /> Pictures</> },
            { value: 'map' as const, label: <span className="phone-only row"><MapIcon size={14} aria-hidden /> Map</span> },
          ]}
        />
      </header>
      {wide && wide.vehicles.length > 0 ? <Vehicles vehicles={wide.vehicles} chosen={plate} on_choose={set_plate} /> : null}
      {wide && wide.vehicles.length > 0 && answer.total_at_least > wide.vehicles.length ? (
        <p className="small soft" role="note">
          The first {count_text(wide.vehicles.length)} of {count_text(answer.total_at_least)} vehicles are shown here.
          {may('export-reads') ? ` An exported file holds ${answer.total_at_least <= FILE_VEHICLES ? `all ${count_text(answer.total_at_least)}` : `the first ${count_text(FILE_VEHICLES)}: narrow the question for the others`}.` : ' Narrow the question to see the others.'}
        </p>
      ) : null}
      {wide?.kind === 'route' && answer.items.length > 0 ? <Way answer={answer} cameras={by_camera} zone={zone} on_choose={focus} /> : null}
      {alike ? <AlikeHead from={again_of(wide?.text ?? '') ?? ''} case_id={answer.case_id} /> : null}
      {alike && items.length === 0 ? (
        <EmptyState icon={SearchX} title="Nothing looks like it">
          <p>That is an answer, and it stands in the record. Only reads whose camera measured how the vehicle looks are compared. To see more, lengthen the time or take away a restriction.</p>
        </EmptyState>
      ) : items.length === 0 ? (
        <EmptyState icon={SearchX} title="No reads fit this question">
          <p>That is an answer, and it stands in the record. To see more, lengthen the time, take away a restriction, or compare the plate as “Confusable”.</p>
        </EmptyState>
      ) : (
        <>
          <Timeline
            bins={answer.timeline}
            from={answer.from}
            to={answer.to}
            zone={zone}
            lit={shown?.captured_at}
            on_hover={set_bar}
            on_choose={(chosen) => {
              const first = items.find((r) => Date.parse(r.captured_at) >= chosen.from && Date.parse(r.captured_at) < chosen.to);
              if (first) focus(first.id);
            }}
          />
          <div className={`found-body look-${look}`}>
            <div className="found-reads">
              {look === 'pictures' ? <Gallery {...common} /> : <ResultList {...common} />}
              <footer className="found-foot">
                {typeof more === 'object' ? <ProblemPanel error={more.error} retry={on_more} /> : null}
                {answer.next_cursor ? (
                  <>
                    <Button size="small" onPress={on_more} isDisabled={more === 'asking'}>
                      {more === 'asking' ? 'Loading…' : 'Load more'}
                    </Button>
                    <span className="small soft">{count_text(items.length)} shown. The next page is asked under the same case.</span>
                  </>
                ) : (
                  <span className="small soft">{alike ? `The ${count_text(items.length)} most alike.` : wide && wide.vehicles.length > 0 && answer.items.length >= PAGE_EVIDENCE ? `Of the newest ${count_text(PAGE_EVIDENCE)} reads that show these vehicles. A file holds more.` : 'That is all of them.'}</span>
                )}
              </footer>
            </div>
            <div className="found-map">
              <MapView
                label="Where the reads were made"
                cameras={cameras}
                center={center}
                selected={answer.asked.cameras}
                lit={place_lit ?? hovered_camera}
                marks={marks}
                legs={legs}
                shape={draft.shape}
                drawing={drawing}
                on_shape={on_shape}
                on_draw_end={on_draw_end}
                on_hover={set_hovered_camera}
                on_camera={(id) => {
                  const first = first_of(id);
                  if (first) focus(first);
                }}
              />
            </div>
            {open ? (
              <ReadPanel
                read={open}
                camera={by_camera.get(open.camera_id)}
                case_id={answer.case_id}
                case_number={case_number}
                place={`${at} of ${ids.length}`}
                on_close={() => go('close')}
                on_step={(by) => go(by > 0 ? 'next' : 'previous')}
                on_changed={on_changed}
              />
            ) : null}
          </div>
        </>
      )}
    </div>
  );
}

/** First and last seen, and the times in which nobody knows. */
function Way({ answer, cameras, zone, on_choose }: { answer: Answer; cameras: ReadonlyMap<string, Schemas['Camera']>; zone: string; on_choose: (id: string) => void }) {
  const last = answer.items[0];
  const first = answer.wide?.first ?? answer.items.at(-1);
  const gaps = answer.wide?.gaps ?? [];
  const seen = (word: string, r: Answer['items'][number] | undefined) =>
    r ? (
      <p>
        <span className="strong">{word}</span> {day_and_time(r.captured_at, zone)} <span className="soft">{cameras.get(r.camera_id)?.name ?? 'Removed camera'}</span>
      </p>
    ) : null;
  return (
    <section className="way small" aria-label="The way">
      {seen('First seen', first)}
      {seen('Last seen', last)}
      {gaps.length > 0 ? (
        <details>
          <summary>
            {count_text(gaps.length)} {gaps.length === 1 ? 'gap' : 'gaps'} of {ROUTE_GAP_MIN} minutes or more; dashed on the map
          </summary>
          <ul>
            {gaps.map((gap) => (
              <li key={gap.after_read_id}>
                <button type="button" className="as-link" onClick={() => on_choose(gap.after_read_id)}>
                  {day_and_time(gap.from, zone)} – {day_and_time(gap.to, zone)}
                </button>{' '}
                <span className="soft">not seen for {long_text(Date.parse(gap.to) - Date.parse(gap.from))}</span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}

function long_text(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  return [days ? `${days} d` : '', hours ? `${hours} h` : '', !days && minutes % 60 ? `${minutes % 60} min` : ''].filter(Boolean).join(' ');
}
