import { Search } from 'lucide-react';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import type { Schemas } from '@/api/client';
import type { Drawing } from '@/map/MapView';
import { Button, Field, Select, Swatch, useHotkeys } from '@/ui';
import { AnyOf, OneOf } from '@/ui/chips';
import { PlacePicker } from './PlacePicker';
import { detect_mode, doubts_of, has_wildcard, misreads_of, PLATE_MODES } from './plate';
import { BEHALF_KINDS, BODIES, body_word, COLORS, type Draft, type FieldProblem, make_word, MAKES, MAX_CHOICES, SPANS, type Span } from './question';
import { REGION_OPTIONS } from '@/ui/regions';
import { from_zoned_input, to_zoned_input, zone_word } from './zoned';

interface Props {
  draft: Draft;
  on_change: (change: Partial<Draft>) => void;
  on_ask: () => void;
  on_clear: () => void;
  problems: readonly FieldProblem[];
  sentence: string;
  cameras: readonly Schemas['Camera'][];
  zone: string;
  own_agency: string;
  asking: boolean;
  drawing: Drawing;
  on_draw: (drawing: Drawing) => void;
  /** What stands under the sentence: whom it reaches, and by which rule. */
  explanation: ReactNode;
}

/** The whole question on one sheet. Below it stands what it means, in words, and the one button. */
export function QuestionForm(props: Props) {
  const { draft, on_change, problems } = props;
  const form = useRef<HTMLFormElement>(null);
  const [tried, set_tried] = useState(false);
  const problem = (field: FieldProblem['field']) => problems.find((p) => p.field === field)?.message;
  const shown = (field: FieldProblem['field']) => (tried ? problem(field) : undefined);

  const ask = () => {
    set_tried(problems.length > 0);
    if (problems.length === 0) props.on_ask();
    else if (problems[0]?.field === 'plate' || problems[0]?.field === 'question') form.current?.querySelector<HTMLInputElement>('.input-plate')?.focus();
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    ask();
  };
  useHotkeys('Question', [{ keys: 'x', label: 'Clear the question', run: props.on_clear }]);

  return (
    <form ref={form} className="question" role="search" aria-label="Question" onSubmit={submit}>
      <div className="question-body">
        <PlateFields draft={draft} on_change={on_change} error={problem('plate') ?? shown('question')} />
        <TimeFields draft={draft} on_change={on_change} zone={props.zone} error={shown('time')} />
        <LooksFields draft={draft} on_change={on_change} />
        <Fold open={draft.cameras.length > 0 || draft.shape !== undefined} head={<>Cameras and place <Count n={draft.cameras.length + (draft.shape ? 1 : 0)} /></>}>
          <CameraChoice cameras={props.cameras} chosen={draft.cameras} on_change={(cameras) => on_change({ cameras })} />
          <PlacePicker shape={draft.shape} cameras={props.cameras} drawing={props.drawing} on_draw={props.on_draw} on_shape={(shape) => on_change({ shape })} />
        </Fold>
        <Fold open={draft.behalf_kind !== 'own'} head={<>On behalf of <span className="faint">{draft.behalf_kind === 'own' ? 'your own agency' : draft.behalf || 'another'}</span></>}>
          <Select label="Whom this search is for" options={BEHALF_KINDS.map((k) => ({ value: k.kind, label: k.label, note: k.kind === 'own' ? props.own_agency : undefined }))} value={draft.behalf_kind} on_change={(kind) => on_change({ behalf_kind: kind as Draft['behalf_kind'] })} />
          {draft.behalf_kind === 'own' ? null : <Field label="Name of the agency or person" value={draft.behalf} onChange={(behalf) => on_change({ behalf })} maxLength={120} error={shown('behalf')} hint="It stands in the record of this search." />}
        </Fold>
      </div>
      <div className="question-foot">
        <p className="question-sentence" aria-live="polite">
          {props.sentence}
        </p>
        {props.explanation}
        <div className="row">
          <Button kind="primary" type="submit" icon={<Search size={16} aria-hidden />} isDisabled={props.asking}>
            {props.asking ? 'Searching…' : 'Search'}
          </Button>
          <Button kind="quiet" onPress={props.on_clear} hotkey="x">
            Clear
          </Button>
        </div>
      </div>
    </form>
  );
}

/** Opens when something inside is set, at first or by the text; then it stays as the person leaves it. */
function Fold({ open, head, children }: { open: boolean; head: ReactNode; children: ReactNode }) {
  const [was, set_was] = useState(open);
  const [shown, set_shown] = useState(open);
  if (open !== was) {
    set_was(open);
    if (open) set_shown(true);
  }
  return (
    <details className="fold" open={shown} onToggle={(e) => set_shown(e.currentTarget.open)}>
      <summary>{head}</summary>
      <div className="fold-body">{children}</div>
    </details>
  );
}

function Count({ n }: { n: number }) {
  return n > 0 ? <span className="fold-count">{n}</span> : null;
}

type Part = Pick<Props, 'draft' | 'on_change'>;

function PlateFields({ draft, on_change, error }: Part & { error?: string }) {
  const misread = misreads_of(draft.text, 6);
  const alike = draft.mode === 'confusable' ? misread : undefined;
  // As somebody saw it, in passing: which letters might be others.
  const doubts = draft.mode === 'exact' && misread.total > 0 ? doubts_of(draft.text) : [];
  const hint = PLATE_MODES.find((m) => m.mode === draft.mode)?.hint;
  return (
    <div className="stack-tight">
      <div>
        <Field
          label="Plate"
          plate
          value={draft.text}
          onChange={(text) => on_change({ text, mode: detect_mode(text, draft.mode) })}
          maxLength={20}
          autoComplete="off"
          autoCorrect="off"
          spellCheck="false"
          placeholder="KD9 P4C, KD?P*"
          error={error}
        />
      </div>
      <OneOf
        label="How the plate is compared"
        hide_label
        options={PLATE_MODES.map((m) => ({ value: m.mode, label: m.label, title: m.hint }))}
        value={draft.mode}
        on_change={(mode) => on_change({ mode: mode !== 'wildcard' && has_wildcard(draft.text) ? 'wildcard' : mode })}
      />
      <p className="small soft">
        {doubts.length > 0 ? (
          <>
            {doubts.map((members) => `${members.slice(0, -1).join(', ')} or ${members.at(-1) ?? ''}`).join(', ')}?{' '}
            <button type="button" className="as-link" onClick={() => on_change({ mode: 'confusable' })}>
              Also ask for {misread.shown.slice(0, 3).join(', ')}
              {misread.total > 3 ? ` and ${(misread.total - 3).toLocaleString('en-US')} more` : ''}
            </button>{' '}
          </>
        ) : null}
        {hint}.{alike && alike.total > 0 ? ` Also ${alike.shown.join(', ')}${alike.total > alike.shown.length ? ` and ${(alike.total - alike.shown.length).toLocaleString('en-US')} more` : ''}.` : ''}
      </p>
    </div>
  );
}

function TimeFields({ draft, on_change, zone, error }: Part & { zone: string; error?: string }) {
  const spans = [...SPANS.map((s) => ({ value: s.span as Span, label: s.label })), { value: 'own' as Span, label: 'From … to …' }];
  const choose = (span: Span) => {
    if (span !== 'own') on_change({ span, from: '', to: '' });
    else on_change({ span, from: draft.from || new Date(Date.now() - 86_400_000).toISOString(), to: draft.to });
  };
  return (
    <div className="stack-tight">
      <OneOf label="Time" options={spans} value={draft.span} on_change={choose} />
      {draft.span === 'own' ? (
        <div className="question-times">
          <Field label="From" type="datetime-local" value={to_zoned_input(draft.from, zone)} onChange={(v) => on_change({ from: from_zoned_input(v, zone) ?? '' })} error={error} />
          <Field label="To" type="datetime-local" value={to_zoned_input(draft.to, zone)} onChange={(v) => on_change({ to: from_zoned_input(v, zone) ?? '' })} />
          <p className="small soft question-zone">
            Local time of the agency, {zone_word(draft.from || Date.now(), zone)} ({zone}). An empty end means until now.
          </p>
        </div>
      ) : null}
    </div>
  );
}

function LooksFields({ draft, on_change }: Part) {
  const n = draft.colors.length + draft.bodies.length + draft.makes.length + (draft.region ? 1 : 0);
  return (
    <Fold open={n > 0} head={<>Looks and region <Count n={n} /></>}>
      <AnyOf
        label="Color"
        options={COLORS.map((c) => ({ value: c, label: <><Swatch color={c} /> {c}</> }))}
        value={draft.colors}
        on_change={(colors) => on_change({ colors })}
        most={MAX_CHOICES}
      />
      <AnyOf label="Body" options={BODIES.map((b) => ({ value: b, label: body_word(b) }))} value={draft.bodies} on_change={(bodies) => on_change({ bodies })} most={MAX_CHOICES} />
      <AnyOf label="Make" options={MAKES.map((m) => ({ value: m, label: make_word(m) }))} value={draft.makes} on_change={(makes) => on_change({ makes })} most={MAX_CHOICES} />
      <Select label="Region of the plate" options={REGION_OPTIONS} value={draft.region} on_change={(region) => on_change({ region })} />
    </Fold>
  );
}

function CameraChoice({ cameras, chosen, on_change }: { cameras: Props['cameras']; chosen: readonly string[]; on_change: (ids: string[]) => void }) {
  const [filter, set_filter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const found = cameras.filter((c) => chosen.includes(c.id) || c.name.toLowerCase().includes(wanted)).slice(0, 60);
  return (
    <div className="stack-tight">
      {cameras.length > 12 ? <Field label="Find a camera" type="search" value={filter} onChange={set_filter} placeholder="Name" /> : null}
      <AnyOf label={chosen.length ? 'Only at these cameras' : 'Cameras: all of them, or'} options={found.map((c) => ({ value: c.id, label: c.name }))} value={chosen} on_change={(ids) => on_change([...new Set([...chosen.filter((id) => !found.some((c) => c.id === id)), ...ids])])} most={500} />
    </div>
  );
}
