import { useQuery } from '@tanstack/react-query';
import { EyeOff, FolderOpen, Grid2X2, Link2, List, Map as MapIcon, Search, SearchX, SlidersHorizontal } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Schemas } from '@/api/client';
import { cameras_query, overview_query } from '@/api/queries';
import { useCaseDialog } from '@/app/case-dialog';
import { useAbout, useMay, useWorkingCase } from '@/app/session';
import type { Shape } from '@/map/geo';
import { type Drawing, MapView } from '@/map/MapView';
import { legs_of } from '@/map/track';
import { Button, count_text, EmptyState, keep, kept, LedgerMark, PageHead, ProblemPanel, Skeleton, useHotkeys, useNow, useZone } from '@/ui';
import { OneOf } from '@/ui/chips';
import { class_text } from './plate';
import { type Draft, EMPTY, from_params, is_empty, problems_of, sentence_of, to_params } from './question';
import { QuestionForm } from './QuestionForm';
import { ReadPanel } from './ReadPanel';
import { region_name } from '@/ui/regions';
import { Gallery, plate_of, ResultList } from './Results';
import { keep as keep_selection, lit, type Move, NOTHING, step } from './selection';
import { Timeline } from './Timeline';
import type { Bar } from './timeline';
import { local_times } from './zoned';
import { type Answer, useSearch } from './useSearch';
import './search.css';

type Look = 'list' | 'pictures' | 'map';

export default function SearchPage() {
  const [params, set_params] = useSearchParams();
  const address = question_part(params);
  const [draft, set_draft] = useState<Draft>(() => from_params(params));
  const [opened_with, set_opened_with] = useState(address);
  const [drawing, set_drawing] = useState<Drawing>();
  const [editing, set_editing] = useState(true);
  const search = useSearch();
  const { clear, ask } = search;
  const cameras = useQuery(cameras_query);
  const working = useWorkingCase();
  const may = useMay();
  const allowed = may('search-reads');
  // Who may not see it is not made to ask for it: each refusal is recorded.
  const kept_days = useQuery({ ...overview_query, enabled: may('view-masked') }).data?.retained_days;
  const about = useAbout();
  const zone = useZone();
  const now = useNow();
  const open_cases = useCaseDialog();

  // Going back and forth, or a link on this page, brings another question: it is filled in, not asked.
  if (address !== opened_with) {
    set_opened_with(address);
    if (address !== to_params(draft).toString()) set_draft(from_params(params));
  }
  const case_id = working?.case.id;
  useEffect(() => clear(), [case_id, clear]);

  const list = useMemo(() => cameras.data ?? [], [cameras.data]);
  const camera_names = useMemo(() => new Map(list.map((c) => [c.id, c.name])), [list]);
  const change = useCallback((part: Partial<Draft>) => set_draft((d) => ({ ...d, ...part })), []);
  const sentence = is_empty(draft)
    ? 'Say what to look for: a plate, looks, a camera or a place.'
    : sentence_of(draft, { now, zone, camera_names, region_name, case_number: working?.case.number });

  const run = (asked: Draft) => {
    if (!allowed) return;
    if (!working) return open_cases();
    const next = to_params(asked);
    set_opened_with(next.toString());
    set_params(next);
    set_editing(false);
    set_drawing(undefined);
    void ask(asked, { case_id: working.case.id, zone, own_agency: about?.town.agency ?? '', kept_days });
  };
  const reset = () => {
    set_draft(EMPTY);
    search.clear();
    set_editing(true);
  };
  const on_shape = (shape: Shape) => change({ shape });
  const shared = search.state.kind === 'idle' && address !== '' && address === to_params(draft).toString();

  if (!allowed)
    return (
      <>
        <PageHead title="Search" />
        <EmptyState icon={EyeOff} title="Your role does not search">
          <p>Officers and supervisors search, each under a case.</p>
        </EmptyState>
      </>
    );
  return (
    <div className={`search${editing ? ' is-editing' : ''}`}>
      <section className="search-question" aria-label="The question">
        <PageHead title="Search" />
        <QuestionForm
          draft={draft}
          on_change={change}
          on_ask={() => run(draft)}
          on_clear={reset}
          problems={problems_of(draft, now, zone, kept_days)}
          sentence={sentence}
          cameras={list}
          zone={zone}
          own_agency={about?.town.agency ?? ''}
          asking={search.state.kind === 'asking'}
          drawing={drawing}
          on_draw={set_drawing}
          focus={params.has('focus')}
        />
      </section>
      <section className="search-answer" aria-label="The answer" aria-busy={search.state.kind === 'asking'}>
        {search.state.kind === 'done' ? (
          <Found
            key={search.state.answer.ledger_indexes[0]}
            answer={search.state.answer}
            more={search.state.more}
            draft={draft}
            cameras={list}
            drawing={drawing}
            on_shape={on_shape}
            on_draw_end={() => set_drawing(undefined)}
            on_more={() => void search.more()}
            on_edit={() => set_editing(true)}
            on_changed={search.replace}
            case_number={working?.case.number ?? ''}
          />
        ) : (
          <>
            <div className="answer-before">
              {search.state.kind === 'asking' ? <Skeleton rows={8} label="Searching" /> : null}
              {search.state.kind === 'failed' ? (
                <>
                  <ProblemPanel
                    error={search.state.error}
                    retry={() => run(draft)}
                    on_remedy={{ 'narrow-time': () => narrow(change, set_editing), 'choose-case': open_cases }}
                  />
                  <p className="phone-only">
                    <Button icon={<SlidersHorizontal size={14} aria-hidden />} onPress={() => set_editing(true)}>
                      Change the question
                    </Button>
                  </p>
                </>
              ) : null}
              {search.state.kind === 'idle' ? <Before has_case={!!working} shared={shared} kept_days={kept_days} on_case={open_cases} /> : null}
            </div>
            {search.state.kind === 'asking' ? null : (
              <div className="answer-map">
                <MapView
                  label="Cameras; draw the place to search in"
                  cameras={list}
                  center={about?.town.center ?? { lat: 0, lon: 0 }}
                  selected={draft.cameras}
                  shape={draft.shape}
                  drawing={drawing}
                  on_shape={on_shape}
                  on_draw_end={() => set_drawing(undefined)}
                  on_camera={(id) => change({ cameras: draft.cameras.includes(id) ? draft.cameras.filter((c) => c !== id) : [...draft.cameras, id] })}
                />
              </div>
            )}
          </>
        )}
      </section>
    </div>
  );
}

/** The address without what is not the question. */
function question_part(params: URLSearchParams): string {
  return to_params(from_params(params)).toString();
}

function narrow(change: (part: Partial<Draft>) => void, edit: (on: boolean) => void) {
  change({ span: '7d', from: '', to: '' });
  edit(true);
}

function Before({ has_case, shared, kept_days, on_case }: { has_case: boolean; shared: boolean; kept_days?: number; on_case: () => void }) {
  const link = shared ? (
    <p className="notice">
      <Link2 size={16} aria-hidden />
      <span>The question comes from an address that was shared. Nothing has been searched yet.</span>
    </p>
  ) : null;
  if (!has_case)
    return (
      <>
        {link}
        <EmptyState
          icon={FolderOpen}
          title="A search needs a case"
          action={
            <Button kind="primary" icon={<FolderOpen size={16} aria-hidden />} onPress={on_case} hotkey="c">
              Work on a case
            </Button>
          }
        >
          <p>Each search is made under an open case that you are on, and is written into the ledger before anything is shown. You can write the question now and choose the case when you ask.</p>
        </EmptyState>
      </>
    );
  return (
    <>
      {link}
      <EmptyState icon={Search} title="Nothing searched yet">
        <p>
          Write the question and press Search. {kept_days ? `Reads are kept for ${kept_days} days, then deleted. ` : ''}Clicking a camera on the map limits the question to it.
        </p>
      </EmptyState>
    </>
  );
}

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

function Found({ answer, more, draft, cameras, drawing, on_shape, on_draw_end, on_more, on_edit, on_changed, case_number }: FoundProps) {
  const zone = useZone();
  const center = useAbout()?.town.center ?? { lat: 0, lon: 0 };
  const [look, set_look] = useState<Look>(() => kept<Look>('search.look') ?? 'list');
  const [selection, select] = useState(NOTHING);
  const [bar, set_bar] = useState<Bar>();
  const [hovered_camera, set_hovered_camera] = useState<string>();
  const { items } = answer;
  const ids = useMemo(() => items.map((r) => r.id), [items]);
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
    keep('search.look', next === 'map' ? 'list' : next);
    set_look(next);
  };

  const shown = by_id.get(lit(selection) ?? '');
  const open = by_id.get(selection.open ?? '');
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
    );
  }, [items, by_camera]);

  const focus = (id: string) => select((s) => ({ ...s, focused: id, open: s.open === undefined ? undefined : id }));
  const hover = useCallback((id: string | undefined) => select((s) => (s.hovered === id ? s : { ...s, hovered: id })), []);
  const first_of = (camera_id: string) => items.find((r) => r.camera_id === camera_id)?.id;
  const common = {
    reads: items,
    cameras: by_camera,
    case_id: answer.case_id,
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
            <span className="strong figures">{items.length === 0 ? 'No reads' : `${count_text(answer.total_at_least)}${answer.next_cursor && items.length >= answer.total_at_least ? ' or more' : ''} ${answer.total_at_least === 1 ? 'read' : 'reads'}`}</span>
            <span className="figures">
              {count_text(answer.cameras)} {answer.cameras === 1 ? 'camera' : 'cameras'} · {answer.took_ms < 10 ? answer.took_ms.toFixed(1) : Math.round(answer.took_ms)} ms
            </span>
            {answer.ledger_indexes.map((index, i) => (
              <LedgerMark key={index} index={index} word={i === 0 ? 'Recorded' : 'More pages'} />
            ))}
          </p>
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
      {items.length === 0 ? (
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
                  <span className="small soft">That is all of them.</span>
                )}
              </footer>
            </div>
            <div className="found-map">
              <MapView
                label="Where the reads were made"
                cameras={cameras}
                center={center}
                selected={answer.asked.cameras}
                lit={shown?.camera_id ?? hovered_camera}
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
