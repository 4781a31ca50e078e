import { Sparkle } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useZone } from '@/ui';
import { bytes_before, type Completion, put_in, type Understood, units_before } from './language';
import { local_times } from './zoned';

interface Props {
  text: string;
  on_text: (text: string) => void;
  on_cursor: (byte: number) => void;
  /** Of this text, or of the one that stood there a moment ago. */
  understood?: Understood;
  fresh: boolean;
  on_ask: () => void;
  focus: boolean;
}

/** The question as text, with completion: ↓ and ↑ choose, Tab or Enter takes, Escape closes, Enter alone asks. */
export function QuestionBox({ text, on_text, on_cursor, understood, fresh, on_ask, focus }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const zone = useZone();
  const [open, set_open] = useState(false);
  const [at, set_at] = useState(-1);
  const next_cursor = useRef<number>(undefined);
  const offers = open ? (understood?.completions ?? []) : [];
  const mistake = fresh && text.trim() ? understood?.mistake : undefined;

  useEffect(() => {
    if (focus) input.current?.focus();
  }, [focus]);
  useEffect(() => set_at(-1), [understood]);
  useEffect(() => {
    const cursor = next_cursor.current;
    if (cursor === undefined) return;
    next_cursor.current = undefined;
    input.current?.setSelectionRange(cursor, cursor);
    on_cursor(bytes_before(text, cursor));
  }, [text, on_cursor]);

  const take = (one: Completion) => {
    const put = put_in(text, one);
    next_cursor.current = put.cursor;
    on_text(put.text);
    set_open(one.text.endsWith(':'));
    input.current?.focus();
  };
  const told_cursor = () => on_cursor(bytes_before(text, input.current?.selectionStart ?? text.length));
  const on_key = (e: KeyboardEvent) => {
    const chosen = offers[at];
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      if (!open) return set_open(true);
      if (offers.length) set_at((at + (e.key === 'ArrowDown' ? 1 : offers.length + (at < 0 ? 0 : -1))) % offers.length);
    } else if (e.key === 'Escape' && open) {
      e.preventDefault();
      e.stopPropagation();
      set_open(false);
    } else if (e.key === 'Tab' && chosen) {
      e.preventDefault();
      if (fresh) take(chosen);
    } else if (e.key === 'Enter') {
      e.preventDefault();
      if (chosen) {
        if (fresh) take(chosen);
      } else {
        set_open(false);
        on_ask();
      }
    }
  };

  return (
    <div className="ask" data-question>
      <label className="field-label" htmlFor={`${list}-box`}>
        Question
      </label>
      <div className="ask-field">
        <Sparkle size={16} aria-hidden />
        <input
          ref={input}
          id={`${list}-box`}
          className={mistake ? 'is-wrong' : undefined}
          role="combobox"
          aria-expanded={offers.length > 0}
          aria-controls={offers.length > 0 ? list : undefined}
          aria-autocomplete="list"
          aria-activedescendant={offers[at] ? `${list}-${at}` : undefined}
          aria-describedby={`${list}-said`}
          aria-invalid={!!mistake && !open}
          value={text}
          maxLength={2000}
          autoComplete="off"
          autoCorrect="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder={'white pickup near:"Main & 5th" from:"Fri 22:00"'}
          onChange={(e) => {
            on_text(e.target.value);
            on_cursor(bytes_before(e.target.value, e.target.selectionStart ?? e.target.value.length));
            set_open(true);
          }}
          onKeyDown={on_key}
          onSelect={told_cursor}
          onBlur={() => set_open(false)}
        />
      </div>
      {/* Only while it is open: a list box silences the keys of the page. */}
      {offers.length > 0 ? (
        <ul id={list} role="listbox" aria-label="What could stand here" className="ask-offers">
          {offers.map((one, i) => (
            <li
              key={`${one.text} ${one.at}`}
              id={`${list}-${i}`}
              role="option"
              aria-selected={i === at}
              className={i === at ? 'is-active' : undefined}
              // Before the box loses the focus.
              onMouseDown={(e) => {
                e.preventDefault();
                if (fresh) take(one);
              }}
            >
              <code>{one.text}</code> <span className="soft small">{local_times(one.meaning, zone)}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <p id={`${list}-said`} className="small soft ask-said" aria-live="polite">
        {mistake && !open ? (
          <>
            <span className="strong">{mistake.what}</span> at “{text.slice(units_before(text, mistake.at), units_before(text, mistake.at + mistake.length)) || 'the end'}”. {mistake.works}
          </>
        ) : (
          'A plate, a color, a body, or key:value. ↓ shows what could come next.'
        )}
      </p>
    </div>
  );
}
