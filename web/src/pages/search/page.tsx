import { useQuery } from '@tanstack/react-query';
import { EyeOff, FolderOpen, Link2, Search, SlidersHorizontal } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { cameras_query, overview_query } from '@/api/queries';
import { useCaseDialog } from '@/app/case-dialog';
import { useAbout, useMay, useWorkingCase } from '@/app/session';
import type { Shape } from '@/map/geo';
import { type Drawing, MapView } from '@/map/MapView';
import { Button, EmptyState, PageHead, ProblemPanel, Skeleton, useNow, useZone } from '@/ui';
import { region_name } from '@/ui/regions';
import { Explanation } from './Explanation';
import { Found } from './Found';
import { draft_of, NO_REST, split_text, text_of } from './language';
import { OwnSearches } from './OwnSearches';
import { type Draft, EMPTY, from_params, is_empty, problems_of, sentence_of, to_params } from './question';
import { QuestionBox } from './QuestionBox';
import { QuestionForm } from './QuestionForm';
import { useSearch, type WideKind } from './useSearch';
import { understand, useUnderstood } from './useUnderstood';
import { local_times } from './zoned';
import './search.css';

export default function SearchPage() {
  const [params, set_params] = useSearchParams();
  const address = question_part(params);
  const written = params.get('q') ?? undefined;
  const [draft, set_draft] = useState<Draft>(() => from_params(params));
  const [opened_with, set_opened_with] = useState(address + (written ?? ''));
  // What stands in the box: as it was typed, or written from the form.
  const [typed, set_typed] = useState(written);
  const [rest, set_rest] = useState(NO_REST);
  const [cursor, set_cursor] = useState(0);
  const [taken, set_taken] = useState<string>();
  const [drawing, set_drawing] = useState<Drawing>();
  const [editing, set_editing] = useState(true);
  const search = useSearch();
  const { clear, ask, ask_wide } = search;
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
  const go = useNavigate();

  // Going back and forth, or a link on this page, brings another question: it is filled in, not asked.
  if (address + (written ?? '') !== opened_with) {
    set_opened_with(address + (written ?? ''));
    if (written !== undefined) set_typed(written);
    else if (address !== to_params(draft).toString()) {
      set_draft(from_params(params));
      set_typed(undefined);
      set_rest(NO_REST);
    }
  }
  const case_id = working?.case.id;
  useEffect(() => clear(), [case_id, clear]);

  const list = useMemo(() => cameras.data ?? [], [cameras.data]);
  const camera_names = useMemo(() => new Map(list.map((c) => [c.id, c.name])), [list]);
  const own_agency = about?.town.agency ?? '';
  const { behalf, behalf_kind } = draft;
  const text = typed ?? (is_empty(draft) && rest === NO_REST ? '' : text_of(draft, list, zone, rest));
  const under = { case_id, zone, own_agency, behalf: { behalf, behalf_kind } };
  const reading = useUnderstood(text, cursor, under);
  const understood = reading?.text === text ? reading.understood : undefined;
  const wide = understood?.kind !== undefined && understood.kind !== 'reads' && !understood.mistake;
  // Each time that the server has understood what was typed, the form shows it.
  if (typed !== undefined && understood?.form && taken !== text) {
    set_taken(text);
    set_draft(draft_of(understood.form, text, { behalf, behalf_kind }));
    set_rest(split_text(text));
  }
  const change = useCallback(
    (part: Partial<Draft>) => {
      set_draft((d) => ({ ...d, ...part }));
      set_typed(undefined);
      set_taken(undefined);
    },
    [],
  );
  const type = useCallback((next: string) => {
    set_typed(next);
    set_taken(undefined);
    if (next.trim() === '') {
      set_draft((d) => ({ ...EMPTY, behalf: d.behalf, behalf_kind: d.behalf_kind }));
      set_rest(NO_REST);
    }
  }, []);
  const sentence = wide
    ? `${local_times(understood.sentence ?? '', zone)}. Asked under ${working ? `case ${working.case.number}` : 'the case you choose'}, and recorded.`
    : is_empty(draft)
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
    void ask(asked, { case_id: working.case.id, zone, own_agency, kept_days });
  };
  const run_wide = (kind: WideKind, words: string, asked: Draft) => {
    if (!working) return open_cases();
    set_opened_with(words);
    set_params(new URLSearchParams({ q: words }));
    set_editing(false);
    set_drawing(undefined);
    void ask_wide(kind, words, asked, { case_id: working.case.id, zone, own_agency, kept_days });
  };
  // What stands in the box is asked as it stands there, also when the hands were faster than the server.
  const run_text = async () => {
    if (!allowed || text.trim() === '') return;
    const meant = understood ?? (await understand(text, cursor, under).catch(() => undefined));
    if (!meant?.form || meant.mistake) return;
    const asked = draft_of(meant.form, text, { behalf, behalf_kind });
    if (meant.kind !== undefined && meant.kind !== 'reads') return run_wide(meant.kind, text, asked);
    set_draft(asked);
    if (problems_of(asked, now, zone, kept_days).length === 0) run(asked);
  };
  const reset = () => {
    set_draft(EMPTY);
    set_typed(undefined);
    set_rest(NO_REST);
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
        <PageHead title="Search" actions={<OwnSearches text={text} on_take={type} />} />
        <QuestionBox text={text} on_text={type} on_cursor={set_cursor} understood={reading?.understood} fresh={understood !== undefined} on_ask={() => void run_text()} focus={params.has('focus')} />
        <QuestionForm
          draft={draft}
          on_change={change}
          on_ask={() => (wide && understood.kind && understood.kind !== 'reads' ? run_wide(understood.kind, text, draft) : run(draft))}
          on_clear={reset}
          problems={wide ? [] : problems_of(draft, now, zone, kept_days)}
          explanation={<Explanation understood={understood} />}
          sentence={sentence}
          cameras={list}
          zone={zone}
          own_agency={own_agency}
          asking={search.state.kind === 'asking'}
          drawing={drawing}
          on_draw={set_drawing}
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
                    retry={() => (wide ? void run_text() : run(draft))}
                    on_remedy={{ 'narrow-time': () => narrow(change, set_editing), 'choose-case': open_cases, ...(may('order-desk') ? { 'order-desk': () => void go('/orders') } : {}) }}
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
