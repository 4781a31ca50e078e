import { useCallback, useRef, useState } from 'react';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { offset_min } from './language';
import type { AlikeWord } from './likeness';
import type { ToExport } from './Exports';
import type { Draft } from './question';
import { to_request } from './question';

export type Read = Schemas['Read'];

export interface Answer {
  asked: Draft;
  /** The span as it was sent: relative ones fixed to the moment of asking. */
  from?: string;
  to?: string;
  case_id: string;
  items: readonly Read[];
  next_cursor?: string;
  ledger_indexes: readonly number[];
  sentence: string;
  cameras: number;
  took_ms: number;
  timeline: Schemas['SearchResult']['timeline'];
  total_at_least: number;
  wide?: Wide;
  /** What was sent, for an export of the same. */
  to_export?: ToExport;
}
/** What an answer about several vehicles holds at most: the page of the reads that show them, and a file of both. */
export const PAGE_EVIDENCE = 100;
export const FILE_VEHICLES = 10_000;
export const FILE_EVIDENCE = 5_000;
export type WideKind = 'meet' | 'convoy' | 'route' | 'again';
/** What an answer to a question about several places, a convoy, a route or what looks alike has beside its reads. */
export interface Wide {
  kind: WideKind;
  text: string;
  vehicles: readonly Schemas['VehicleSeen'][];
  gaps: readonly Schemas['RouteGap'][];
  first?: Read;
  /** Of what looks alike: how much, by the read's id. */
  alike: ReadonlyMap<string, AlikeWord>;
}
export type SearchState =
  | { kind: 'idle' }
  | { kind: 'asking'; asked: Draft }
  | { kind: 'failed'; asked: Draft; error: unknown }
  | { kind: 'done'; answer: Answer; more?: 'asking' | { error: unknown } };

interface Under {
  case_id: string;
  zone: string;
  own_agency: string;
  kept_days?: number;
}

/** Every question is recorded, so it is asked when a person asks, and never again by itself: no cache, no refetching. */
export function useSearch() {
  const [state, set_state] = useState<SearchState>({ kind: 'idle' });
  const running = useRef<AbortController>(undefined);
  const request = useRef<Schemas['SearchRequest']>(undefined);

  const clear = useCallback(() => {
    running.current?.abort();
    request.current = undefined;
    set_state({ kind: 'idle' });
  }, []);

  const ask = useCallback(async (asked: Draft, under: Under) => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    const body = { ...to_request(asked, under.case_id, Date.now(), under.zone, under.own_agency, under.kept_days), utc_offset_min: offset_min(Date.now(), under.zone) };
    request.current = body;
    set_state({ kind: 'asking', asked });
    try {
      const found = await post(body, abort.signal);
      if (abort.signal.aborted) return;
      const { ledger_index, ...rest } = found;
      set_state({ kind: 'done', answer: { ...rest, asked, from: body.question.from, to: body.question.to, case_id: under.case_id, ledger_indexes: [ledger_index], to_export: { kind: 'reads', body } } });
    } catch (error) {
      if (!abort.signal.aborted) set_state({ kind: 'failed', asked, error });
    }
  }, []);

  /** Who was at several places, who travels with a plate, the way of one, what looks like one: asked as text. */
  const ask_wide = useCallback(async (kind: WideKind, text: string, asked: Draft, under: Under) => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    request.current = undefined;
    set_state({ kind: 'asking', asked });
    const on_behalf_of = asked.behalf_kind === 'own' ? { agency: under.own_agency, kind: asked.behalf_kind } : { agency: asked.behalf.trim(), kind: asked.behalf_kind };
    const begun = performance.now();
    const sent = { case_id: under.case_id, on_behalf_of, text, utc_offset_min: offset_min(Date.now(), under.zone) };
    try {
      const found = await post_wide(kind, { ...sent, limit: 200 }, abort.signal);
      if (abort.signal.aborted) return;
      // Newest first, as everywhere; what looks alike stands in order of how much.
      const items = kind === 'again' ? found.items : [...found.items].sort((a, b) => Date.parse(b.captured_at) - Date.parse(a.captured_at));
      set_state({
        kind: 'done',
        answer: {
          asked, items, case_id: under.case_id, ledger_indexes: [found.ledger_index], sentence: found.sentence,
          cameras: new Set(items.map((r) => r.camera_id)).size, took_ms: performance.now() - begun, timeline: hours_of(items), total_at_least: found.total, to_export: { kind, body: sent },
          wide: { kind, text: found.canonical, vehicles: found.vehicles ?? [], gaps: found.gaps ?? [], alike: new Map(found.alike?.map((one) => [one.read_id, one.word])), ...(found.first ? { first: found.first } : {}) },
        },
      });
    } catch (error) {
      if (!abort.signal.aborted) set_state({ kind: 'failed', asked, error });
    }
  }, []);

  /** The next page of the same question: the span stays fixed to the moment of the first asking. */
  const more = useCallback(async () => {
    const body = request.current;
    if (state.kind !== 'done' || state.more === 'asking' || !body || !state.answer.next_cursor) return;
    const { answer } = state;
    const abort = new AbortController();
    running.current = abort;
    set_state({ kind: 'done', answer, more: 'asking' });
    try {
      const next = await post({ ...body, cursor: answer.next_cursor }, abort.signal);
      if (abort.signal.aborted) return;
      const known = new Set(answer.items.map((r) => r.id));
      set_state({
        kind: 'done',
        answer: {
          ...answer,
          items: [...answer.items, ...next.items.filter((r) => !known.has(r.id))],
          next_cursor: next.next_cursor,
          // A page under the first one's permit has its record; a later one is recorded anew.
          ledger_indexes: [...new Set([...answer.ledger_indexes, next.ledger_index])],
          total_at_least: Math.max(answer.total_at_least, next.total_at_least),
        },
      });
    } catch (error) {
      if (!abort.signal.aborted) set_state({ kind: 'done', answer, more: { error } });
    }
  }, [state]);

  /** A read came back with a correction beside it. */
  const replace = useCallback((read: Read) => {
    set_state((s) =>
      s.kind === 'done' ? { ...s, answer: { ...s.answer, items: s.answer.items.map((r) => (r.id === read.id ? read : r)) } } : s,
    );
  }, []);

  return { state, ask, ask_wide, more, replace, clear };
}

function post(body: Schemas['SearchRequest'], signal: AbortSignal) {
  return call(api.POST('/api/v1/search', { body, signal, headers: { 'Idempotency-Key': new_idempotency_key() } }));
}

type WideFound = Pick<Schemas['RouteResult'], 'items' | 'total' | 'ledger_index' | 'sentence' | 'canonical' | 'first'> & {
  vehicles?: Schemas['VehicleSeen'][];
  gaps?: Schemas['RouteGap'][];
  alike?: Schemas['AlikeRead'][];
};
const MOST_ALIKE = 50;
function post_wide(kind: WideKind, body: Schemas['WideRequest'], signal: AbortSignal): Promise<WideFound> {
  if (kind === 'again') return call(api.POST('/api/v1/search/again', { body: { ...body, limit: MOST_ALIKE }, signal, headers: { 'Idempotency-Key': new_idempotency_key() } }));
  const sent = { body, signal, headers: { 'Idempotency-Key': new_idempotency_key() } };
  if (kind === 'meet') return call(api.POST('/api/v1/search/meet', sent));
  if (kind === 'convoy') return call(api.POST('/api/v1/search/convoy', sent));
  return call(api.POST('/api/v1/search/route', sent));
}

const HOUR_MS = 3_600_000;
/** Reads an hour, as the server gives them for a plain question. */
export function hours_of(reads: readonly Read[]): Answer['timeline'] {
  const counts = new Map<number, number>();
  for (const r of reads) {
    const hour = Math.floor(Date.parse(r.captured_at) / HOUR_MS) * HOUR_MS;
    counts.set(hour, (counts.get(hour) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => a[0] - b[0]).map(([hour, count]) => ({ from: new Date(hour).toISOString(), count }));
}
