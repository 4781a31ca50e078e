// The question box beside the form: the same question as text. What a text means the server says; this writes the text of
// what stands in the form, and puts the server's reading of a text back into it.

import type { Schemas } from '@/api/client';
import type { Shape } from '@/map/geo';
import { detect_mode, fold, PLATE_MODES } from './plate';
import { type Draft, EMPTY, type Span } from './question';
import { to_zoned_input } from './zoned';

export type Understood = Schemas['UnderstoodQuestion'];
export type Completion = Understood['completions'][number];

const quoted = (value: string): string => (/[\s:"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value);

function plate_text(d: Draft): string {
  const text = fold(d.text);
  switch (d.mode) {
    case 'prefix': return `${text}*`;
    case 'contains': return `*${text}*`;
    case 'confusable': return `~${text}`;
    default: return text;
  }
}

/** Spans that a text can name as they are; the others are written as times. */
const SPAN_WORDS: Partial<Record<Span, string>> = { '1h': '1h', '24h': '24h', '7d': '7d', '14d': '14d', today: 'today' };

function time_texts(d: Draft, zone: string): string[] {
  const word = SPAN_WORDS[d.span];
  // A day is what is asked for anyway when no plate is named, and a plate is looked for in all that is kept.
  if (word) return [`from:${word}`];
  if (d.span !== 'own') return [];
  const moment = (utc: string) => quoted(to_zoned_input(utc, zone).replace('T', ' '));
  return [...(d.from ? [`from:${moment(d.from)}`] : []), ...(d.to ? [`to:${moment(d.to)}`] : [])];
}

function place_texts(d: Draft, cameras: readonly Schemas['Camera'][]): string[] {
  const out: string[] = [];
  if (d.shape?.kind === 'circle') {
    const { center, radius_m } = d.shape.circle;
    const at = cameras.find((c) => c.place.lat === center.lat && c.place.lon === center.lon);
    out.push(`near:${quoted(at?.name ?? `${center.lat},${center.lon}`)}`, `within:${Math.round(radius_m)}m`);
  } else if (d.shape) {
    const r = d.shape.rectangle;
    out.push(`box:${[r.south, r.west, r.north, r.east].join(',')}`);
  }
  for (const id of d.cameras) out.push(`camera:${quoted(cameras.find((c) => c.id === id)?.name ?? id)}`);
  return out;
}

/** The text of what stands in the form. `rest` goes on with what the form has no field for: see split_text. */
export function text_of(d: Draft, cameras: readonly Schemas['Camera'][], zone: string, rest: Rest = NO_REST): string {
  const list = (key: string, words: readonly string[]) => (words.length ? [`${key}:${words.join(',')}`] : []);
  const own = [
    ...rest.head,
    ...(fold(d.text) ? [`plate:${plate_text(d)}`] : []),
    ...(d.region ? [`region:${d.region}`] : []),
    ...list('color', d.colors),
    ...list('body', d.bodies),
    ...list('make', d.makes),
    ...place_texts(d, cameras),
    ...time_texts(d, zone),
  ].join(' ');
  return `${own}${rest.tail}`;
}

export interface Rest {
  /** again:, show:, cameras:, apart: as they were typed. */
  head: string[];
  /** " and …": the further places. */
  tail: string;
}
export const NO_REST: Rest = { head: [], tail: '' };

/** What of a text the form has no field for, so that editing the form does not lose it. */
export function split_text(text: string): Rest {
  const terms = text.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
  const cut = terms.findIndex((t) => t.toLowerCase() === 'and');
  const own = cut < 0 ? terms : terms.slice(0, cut);
  return {
    head: own.filter((t) => /^(again|show|cameras|apart):/i.test(t)),
    tail: cut < 0 ? '' : ` ${terms.slice(cut).join(' ')}`,
  };
}

/** The read that a text starts from: what looks like its vehicle. */
export const again_of = (text: string): string | undefined => /(?:^|\s)again:"?(read_[0-9a-z]{26})"?(?=\s|$)/i.exec(text)?.[1]?.toLowerCase();

function shape_of(area: Schemas['SearchQuestion']['area']): Shape | undefined {
  if (area?.circle) return { kind: 'circle', circle: area.circle };
  return area?.rectangle ? { kind: 'rectangle', rectangle: area.rectangle } : undefined;
}

/** The form of what the server understood. A span in words ("from:24h") stays one; `behalf` is not part of the text. */
export function draft_of(form: Schemas['SearchQuestion'], text: string, behalf: Pick<Draft, 'behalf' | 'behalf_kind'>): Draft {
  const plate = form.plate?.text ?? '';
  const mode = PLATE_MODES.find((m) => m.mode === form.plate?.mode)?.mode ?? 'exact';
  const word = /(?:^|\s)from:"?(1h|24h|7d|14d|today)"?(?=\s|$)/i.exec(text)?.[1]?.toLowerCase();
  const relative = !form.to && (Object.keys(SPAN_WORDS) as Span[]).find((s) => SPAN_WORDS[s] === word);
  const shape = shape_of(form.area);
  return {
    ...EMPTY,
    text: plate,
    mode: detect_mode(plate, mode),
    region: form.region ?? '',
    colors: form.colors ?? [],
    bodies: form.bodies ?? [],
    makes: form.makes ?? [],
    cameras: form.camera_ids ?? [],
    ...(shape ? { shape } : {}),
    span: relative || (form.from || form.to ? 'own' : plate || again_of(text) ? 'kept' : '24h'),
    from: relative ? '' : (form.from ?? ''),
    to: relative ? '' : (form.to ?? ''),
    ...behalf,
  };
}

// The server counts bytes; the box counts UTF-16 units.
const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const bytes_before = (text: string, unit: number): number => encoder.encode(text.slice(0, unit)).length;
export const units_before = (text: string, byte: number): number => decoder.decode(encoder.encode(text).slice(0, byte)).length;

/** The text with a completion put in, and where the cursor goes. */
export function put_in(text: string, one: Completion): { text: string; cursor: number } {
  const from = units_before(text, one.at);
  const to = units_before(text, one.at + one.length);
  // A key wants its value next; a value is finished.
  const word = one.text.endsWith(':') || text.charAt(to) === ' ' ? one.text : `${one.text} `;
  return { text: text.slice(0, from) + word + text.slice(to), cursor: from + word.length };
}

export const offset_min = (utc: number, zone: string): number =>
  Math.round((Date.parse(`${to_zoned_input(utc, zone)}Z`) - Math.floor(utc / 60_000) * 60_000) / 60_000);
