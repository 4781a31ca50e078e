// The question of the search page: a draft that people edit, its place in the address, and the request it becomes.
// The address holds the question and never the case: whoever opens it asks again, under a case of his or her own.

import type { Circle, Rectangle, Shape } from '@/map/geo';
import { rectangle_size_m } from '@/map/geo';
import { distance_text } from '@/ui/units';
import { detect_mode, fold, plate_problem, PLATE_MODES, type PlateMode } from './plate';
import { day_and_time, start_of_day, zone_word } from './zoned';

export type Span = '1h' | '24h' | 'today' | '7d' | '14d' | 'kept' | 'own';
export const SPANS: readonly { span: Exclude<Span, 'own'>; label: string; words: string }[] = [
  { span: '1h', label: 'Last hour', words: 'in the last hour' },
  { span: '24h', label: '24 hours', words: 'in the last 24 hours' },
  { span: 'today', label: 'Today', words: 'today' },
  { span: '7d', label: '7 days', words: 'in the last 7 days' },
  { span: '14d', label: '14 days', words: 'in the last 14 days' },
  { span: 'kept', label: 'All kept', words: 'in all reads that are kept' },
];

export type BehalfKind = 'own' | 'in-state' | 'out-of-state' | 'federal' | 'private';
export const BEHALF_KINDS: readonly { kind: BehalfKind; label: string }[] = [
  { kind: 'own', label: 'My own agency' },
  { kind: 'in-state', label: 'An agency in this state' },
  { kind: 'out-of-state', label: 'An agency of another state' },
  { kind: 'federal', label: 'A federal agency' },
  { kind: 'private', label: 'A company or a private person' },
];

export const COLORS = [
  'black', 'white', 'gray', 'silver', 'red', 'blue', 'green', 'yellow', 'orange', 'brown', 'beige',
] as const;
export const BODIES = [
  'sedan', 'suv', 'hatchback', 'wagon', 'minivan', 'van', 'pickup', 'truck', 'bus', 'motorcycle',
] as const;
export const MAKES = [
  'acura', 'audi', 'bmw', 'buick', 'cadillac', 'chevrolet', 'chrysler', 'dodge', 'fiat', 'ford', 'gmc', 'honda', 'hyundai', 'infiniti', 'jeep',
  'kia', 'lexus', 'lincoln', 'mazda', 'mercedes-benz', 'mini', 'mitsubishi', 'nissan', 'pontiac', 'porsche', 'ram', 'subaru', 'tesla', 'toyota',
  'volkswagen', 'volvo',
] as const;
export const MAX_CHOICES = 12; // colors, bodies and makes each: the contract's bound

export interface Draft {
  text: string;
  mode: PlateMode;
  region: string;
  colors: string[];
  bodies: string[];
  makes: string[];
  cameras: string[];
  shape?: Shape;
  span: Span;
  from: string; // UTC, only with span 'own'
  to: string;
  behalf: string;
  behalf_kind: BehalfKind;
}

export const EMPTY: Draft = {
  text: '', mode: 'exact', region: '', colors: [], bodies: [], makes: [], cameras: [],
  span: '24h', from: '', to: '', behalf: '', behalf_kind: 'own',
};

const list = (value: string | null): string[] =>
  (value ?? '').split(',').map((s) => s.trim()).filter((s) => s !== '');

function numbers(value: string | null): number[] {
  const parts = (value ?? '').split(',').map(Number);
  return parts.every(Number.isFinite) ? parts : [];
}

function shape_from(params: URLSearchParams): Shape | undefined {
  const [lat, lon, radius_m] = numbers(params.get('circle'));
  if (lat !== undefined && lon !== undefined && radius_m !== undefined && radius_m > 0 && Math.abs(lat) <= 90)
    return { kind: 'circle', circle: { center: { lat, lon }, radius_m } };
  const [south, west, north, east] = numbers(params.get('rect'));
  if (south === undefined || west === undefined || north === undefined || east === undefined) return undefined;
  return south < north && west < east ? { kind: 'rectangle', rectangle: { south, west, north, east } } : undefined;
}

const iso = (value: string | null): string =>
  value !== null && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : '';

/** Reads what it understands and leaves out the rest: an address may have been typed by hand. */
export function from_params(params: URLSearchParams): Draft {
  const text = (params.get('plate') ?? '').slice(0, 20);
  const named = PLATE_MODES.find((m) => m.mode === params.get('mode'))?.mode ?? 'exact';
  const from = iso(params.get('from'));
  const to = iso(params.get('to'));
  const span = SPANS.find((s) => s.span === params.get('last'))?.span;
  const kind = BEHALF_KINDS.find((k) => k.kind === params.get('kind'))?.kind ?? 'own';
  const shape = shape_from(params);
  return {
    ...EMPTY,
    text,
    mode: detect_mode(text, named),
    region: (params.get('region') ?? '').slice(0, 10).toLowerCase(),
    colors: list(params.get('color')).slice(0, MAX_CHOICES),
    bodies: list(params.get('body')).slice(0, MAX_CHOICES),
    makes: list(params.get('make')).slice(0, MAX_CHOICES),
    cameras: list(params.get('camera')).slice(0, 500),
    ...(shape ? { shape } : {}),
    span: from || to ? 'own' : (span ?? EMPTY.span),
    from,
    to,
    behalf: (params.get('behalf') ?? '').slice(0, 120),
    behalf_kind: kind,
  };
}

const fixed = (n: number): string => String(Number(n.toFixed(6)));

export function to_params(d: Draft): URLSearchParams {
  const p = new URLSearchParams();
  const text = fold(d.text);
  if (text) {
    p.set('plate', text);
    if (d.mode !== 'exact') p.set('mode', d.mode);
  }
  if (d.region) p.set('region', d.region);
  if (d.colors.length) p.set('color', d.colors.join(','));
  if (d.bodies.length) p.set('body', d.bodies.join(','));
  if (d.makes.length) p.set('make', d.makes.join(','));
  if (d.cameras.length) p.set('camera', d.cameras.join(','));
  if (d.shape?.kind === 'circle') {
    const { center, radius_m } = d.shape.circle;
    p.set('circle', [fixed(center.lat), fixed(center.lon), Math.round(radius_m)].join(','));
  } else if (d.shape) {
    const r = d.shape.rectangle;
    p.set('rect', [r.south, r.west, r.north, r.east].map(fixed).join(','));
  }
  if (d.span === 'own') {
    if (d.from) p.set('from', d.from);
    if (d.to) p.set('to', d.to);
  } else if (d.span !== EMPTY.span) p.set('last', d.span);
  if (d.behalf_kind !== 'own') {
    p.set('kind', d.behalf_kind);
    if (d.behalf) p.set('behalf', d.behalf);
  }
  return p;
}

/** Whether the question narrows anything beside the time. */
export function is_empty(d: Draft): boolean {
  return (
    fold(d.text) === '' && d.region === '' && !d.colors.length && !d.bodies.length && !d.makes.length &&
    !d.cameras.length && d.shape === undefined
  );
}

export interface TimeSpan {
  from?: string;
  to?: string;
}

/** The span that is asked for. `kept_days`: how long reads are kept, for "all kept". */
export function time_of(d: Draft, now: number, zone: string, kept_days?: number): TimeSpan {
  const back = (hours: number): TimeSpan => ({
    from: new Date(now - hours * 3_600_000).toISOString(),
    to: new Date(now).toISOString(),
  });
  switch (d.span) {
    case '1h': return back(1);
    case '24h': return back(24);
    case '7d': return back(7 * 24);
    case '14d': return back(14 * 24);
    case 'today': return { from: start_of_day(now, zone), to: new Date(now).toISOString() };
    // A plate is looked for in everything that is kept when no span is given; looks and places only in the last day.
    case 'kept': return names_plate(d) || kept_days === undefined ? {} : back(kept_days * 24);
    case 'own': return { ...(d.from ? { from: d.from } : {}), ...(d.to ? { to: d.to } : {}) };
  }
}

// As src/search/query.h has them: without a plate a question is about everybody who passed.
const LEAST_PLATE_CHARS = 2;
const LONGEST_LOOKS_HOURS = 7 * 24;
const LONGEST_PLACE_HOURS = 24;

/** Whether enough of a plate is known that the question is about a vehicle, not about everybody. */
export function names_plate(d: Draft): boolean {
  return fold(d.text).replace(/[?*]/g, '').length >= LEAST_PLATE_CHARS;
}

function hours_of(d: Draft, now: number, zone: string, kept_days: number): number {
  const { from, to } = time_of(d, now, zone, kept_days);
  const end = Math.min(to ? Date.parse(to) : now, now);
  return from ? (end - Date.parse(from)) / 3_600_000 : kept_days * 24;
}

/** What makes the question one about everybody who passed, with what to do; the server refuses it as well. */
function too_broad(d: Draft, now: number, zone: string, kept_days: number): FieldProblem | undefined {
  if (names_plate(d)) return undefined;
  const looks = d.colors.length + d.bodies.length + d.makes.length > 0;
  const place = d.cameras.length > 0 || d.shape !== undefined;
  if (looks && place) return undefined;
  if (!looks && !place)
    return { field: 'question', message: `This would show everybody who passed. Add at least ${LEAST_PLATE_CHARS} characters of the plate, a color or body, or a place.` };
  const hours = hours_of(d, now, zone, kept_days);
  if (looks && hours > LONGEST_LOOKS_HOURS)
    return { field: 'time', message: 'Looks without a place are searched for at most 7 days. Add a place, or shorten the time.' };
  if (place && hours > LONGEST_PLACE_HOURS)
    return { field: 'time', message: 'A place without looks or a plate is searched for at most 24 hours. Add a color or body, or shorten the time.' };
  return undefined;
}

export interface FieldProblem {
  field: 'plate' | 'time' | 'behalf' | 'question';
  message: string;
}

/** Everything that keeps the question from being asked, each with what to do. */
export function problems_of(d: Draft, now: number, zone: string, kept_days = Infinity): FieldProblem[] {
  const out: FieldProblem[] = [];
  const plate = plate_problem(d.text, d.mode);
  if (plate) out.push({ field: 'plate', message: plate });
  if (d.span === 'own') {
    if (!d.from && !d.to) out.push({ field: 'time', message: 'Give a beginning or an end, or choose a span.' });
    else if (d.from && d.to && Date.parse(d.from) >= Date.parse(d.to))
      out.push({ field: 'time', message: 'The beginning has to lie before the end.' });
    else if (d.from && Date.parse(d.from) > now)
      out.push({ field: 'time', message: 'The beginning lies in the future; nothing has been read then.' });
  }
  if (d.behalf_kind !== 'own' && d.behalf.trim() === '')
    out.push({ field: 'behalf', message: 'Name the agency or person that this search is for.' });
  if (is_empty(d))
    out.push({ field: 'question', message: 'Say what to look for: a plate, looks, a camera or a place.' });
  const broad = out.length === 0 ? too_broad(d, now, zone, kept_days) : undefined;
  return broad ? [broad] : out;
}

export const PAGE_SIZE = 50;

export interface SearchQuestion {
  plate?: { text: string; mode: PlateMode };
  region?: string;
  colors?: string[];
  bodies?: string[];
  makes?: string[];
  camera_ids?: string[];
  area?: { circle?: Circle; rectangle?: Rectangle };
  from?: string;
  to?: string;
}
export interface SearchRequest {
  case_id: string;
  on_behalf_of?: { agency: string; kind: BehalfKind };
  question: SearchQuestion;
  cursor?: string;
  limit: number;
}

export function to_request(d: Draft, case_id: string, now: number, zone: string, own_agency: string, kept_days?: number): SearchRequest {
  const question: SearchQuestion = { ...time_of(d, now, zone, kept_days) };
  const text = fold(d.text);
  if (text) question.plate = { text, mode: d.mode };
  if (d.region) question.region = d.region;
  if (d.colors.length) question.colors = d.colors;
  if (d.bodies.length) question.bodies = d.bodies;
  if (d.makes.length) question.makes = d.makes;
  if (d.cameras.length) question.camera_ids = d.cameras;
  if (d.shape?.kind === 'circle') question.area = { circle: d.shape.circle };
  else if (d.shape) question.area = { rectangle: d.shape.rectangle };
  const behalf =
    d.behalf_kind === 'own'
      ? { agency: own_agency, kind: 'own' as const }
      : { agency: d.behalf.trim(), kind: d.behalf_kind };
  return { case_id: case_id, on_behalf_of: behalf, question, limit: PAGE_SIZE };
}

function or_list(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(", ")} or ${items.at(-1)}`;
}

const title = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);
export const body_word = (b: string): string => (b === 'suv' ? 'SUV' : b);
const bodies_word = (b: string): string => `${body_word(b)}${b === "bus" ? "es" : "s"}`;
export const make_word = (m: string): string => (m === 'bmw' || m === 'gmc' ? m.toUpperCase() : title(m));

function plate_words(d: Draft): string {
  const text = fold(d.text);
  switch (d.mode) {
    case "exact": return `with the plate ${text}`;
    case "prefix": return `whose plate starts with ${text}`;
    case "contains": return `whose plate contains ${text}`;
    case "wildcard": return `whose plate fits ${text}`;
    case "confusable": return `whose plate is ${text} or what a reader mistakes it for`;
  }
}

export interface SentenceFacts {
  now: number;
  zone: string;
  camera_names: ReadonlyMap<string, string>;
  region_name: (code: string) => string;
  case_number?: string;
}

/** Says in words what will be searched: 'Vehicles whose plate starts with KD9, red or blue, from Missouri, …' */
export function sentence_of(d: Draft, facts: SentenceFacts): string {
  const looks = [
    or_list(d.colors),
    or_list(d.makes.map(make_word)),
    d.bodies.length ? or_list(d.bodies.map(bodies_word)) : 'vehicles',
  ];
  const parts: string[] = [title(looks.filter(Boolean).join(' '))];
  if (fold(d.text)) parts.push(plate_words(d));
  if (d.region) parts.push(`registered in ${facts.region_name(d.region)}`);
  if (d.cameras.length > 0 && d.cameras.length <= 3)
    parts.push(`at ${or_list(d.cameras.map((id) => facts.camera_names.get(id) ?? 'an unknown camera'))}`);
  else if (d.cameras.length > 3) parts.push(`at ${d.cameras.length} chosen cameras`);
  if (d.shape?.kind === "circle") parts.push(`within ${distance_text(d.shape.circle.radius_m)} of the chosen place`);
  else if (d.shape) {
    const { width_m, height_m } = rectangle_size_m(d.shape.rectangle);
    parts.push(`in a rectangle of ${distance_text(width_m)} by ${distance_text(height_m)}`);
  }
  parts.push(time_words(d, facts));
  const subject = parts.join(', ').replace(/^([^,]*(?:, [^,]*)*?), (with|whose) /, '$1 $2 ');
  const under = facts.case_number ? ` Asked under case ${facts.case_number}` : " Asked under the case you choose";
  const for_whom = d.behalf_kind === "own" ? "" : `, on behalf of ${d.behalf.trim() || "another agency"}`;
  return `${subject}.${under}${for_whom}, and recorded.`;
}

function time_words(d: Draft, { zone, now }: SentenceFacts): string {
  const named = SPANS.find((s) => s.span === d.span);
  if (named) return named.words;
  const from = d.from ? day_and_time(d.from, zone, false, now) : '';
  const to = d.to ? day_and_time(d.to, zone, false, now) : '';
  const word = zone_word(d.from || d.to || now, zone);
  if (from && to) return `from ${from} to ${to} ${word}`;
  if (from) return `since ${from} ${word}`;
  if (to) return `until ${to} ${word}`;
  return 'at a time still to be given';
}
