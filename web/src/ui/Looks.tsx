import type { Schemas } from '@/api/client';

type LooksData = Schemas['Looks'];

const known_colors = new Set(['black', 'white', 'gray', 'grey', 'silver', 'red', 'blue', 'green', 'yellow', 'orange', 'brown', 'beige', 'tan', 'gold', 'purple', 'maroon']);

/** Outlines of our own, drawn in one stroke so that they read at 20 px. */
const bodies: Record<string, string> = {
  sedan: 'M1 11.5V9.6l3-.9L7.2 5.5h6.2l3.4 3.1 4.2.8v2.1H1Z',
  suv: 'M1 11.5V8.4L3.6 4.5h11.8l3 3.6 2.6.8v2.6H1Z',
  hatchback: 'M2 11.5V8.6L4.6 5h7.6l4 3.6 3.8.9v2H2Z',
  pickup: 'M1 11.5V7.6h8.4V4.5h4.8l2.8 3.3 4 .9v2.8H1Z',
  van: 'M1 11.5V4h14.2l3.6 4 2.2.8v2.7H1Z',
  minivan: 'M1 11.5V7.4L4 4.2h9.4l4.4 3.9 3.2.9v2.5H1Z',
  truck: 'M1 11.5V3h12v8.5M13 5.4h4l3.8 3.2v2.9H1',
  bus: 'M1 11.5V3h20v8.5H1ZM1 7h20',
  coupe: 'M1 11.5V9.7l3.4-.9 4-2.9h4.4l4 2.8 4.2.8v2H1Z',
  wagon: 'M1 11.5V8.8L3.4 5.2h9.8l3.4 3.4 4.4.8v2.1H1Z',
  convertible: 'M1 11.5V9.4l4.4-.8h4l2.2-2.4 1.6 2.4 7.8.8v2.1H1Z',
  motorcycle: 'M7 11.5l3-5h4l3 5M8 4.8h2.4L13 9',
};
const plain_body = 'M1 11.5V8.6L4.4 5h11l3 3.4 2.6.8v2.3H1Z';

export function BodyIcon({ body }: { body: string }) {
  return (
    <svg className="body-icon" viewBox="0 0 22 15" width="22" height="15" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.3" strokeLinejoin="round">
      <path d={bodies[body] ?? plain_body} strokeDasharray={body === 'unknown' ? '2 2' : undefined} />
      <circle cx="5.4" cy="11.6" r="1.9" fill="var(--paper)" />
      <circle cx="16.4" cy="11.6" r="1.9" fill="var(--paper)" />
    </svg>
  );
}

export function Swatch({ color }: { color: string }) {
  const name = known_colors.has(color) ? color : 'unknown';
  return <span className={`swatch swatch-${name}`} aria-hidden="true" />;
}

const upper_words = new Set(['suv', 'bmw', 'gmc', 'ram', 'vw']);
/** "suv" is said "SUV", "toyota" "Toyota". */
export const looks_word = (word: string) => (upper_words.has(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1).replaceAll('_', ' '));

/** "Silver sedan, Toyota": what is known is said, what is not is said to be unknown. */
export function looks_sentence(looks: Pick<LooksData, 'body' | 'color' | 'make'>): string {
  const color = looks.color === 'unknown' ? 'color unknown' : looks.color;
  const body = looks.body === 'unknown' ? 'vehicle' : upper_words.has(looks.body) ? looks.body.toUpperCase() : looks.body;
  const make = looks.make === 'unknown' || !looks.make ? '' : `, ${looks_word(looks.make)}`;
  const start = looks.color === 'unknown' ? `${body}, ${color}` : `${color} ${body}`;
  return start.charAt(0).toUpperCase() + start.slice(1) + make;
}

export function Looks({ looks }: { looks: Pick<LooksData, 'body' | 'color' | 'make'> }) {
  return (
    <span className="looks">
      <BodyIcon body={looks.body} />
      <Swatch color={looks.color} />
      <span className="looks-words">{looks_sentence(looks)}</span>
    </span>
  );
}
