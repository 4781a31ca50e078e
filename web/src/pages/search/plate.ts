// What people type as a plate, and what the five ways of matching make of it. Mirrors src/plate: the server has the
// last word; this only lets the page say beforehand what it will ask.

export const MAX_PLATE_CHARS = 10;
export const MAX_PATTERN_CHARS = 16;

export type PlateMode = 'exact' | 'prefix' | 'wildcard' | 'contains' | 'confusable';
export const PLATE_MODES: readonly { mode: PlateMode; label: string; hint: string }[] = [
  { mode: 'exact', label: 'Exact', hint: 'Every character as typed' },
  { mode: 'prefix', label: 'Starts with', hint: 'The first characters are known' },
  { mode: 'contains', label: 'Contains', hint: 'These characters in a row, anywhere' },
  { mode: 'wildcard', label: 'Wildcard', hint: '? is one character, * is any run' },
  { mode: 'confusable', label: 'Confusable', hint: 'Also what a reader mistakes: O and 0, B and 8, one missing' },
];

/** Upper case, without spaces, hyphens and dots; the wildcards ? and * stay. */
export function fold(text: string): string {
  return text.toUpperCase().replace(/[\s\-.·]/g, '');
}

export function has_wildcard(text: string): boolean {
  return /[?*]/.test(text);
}

/** The mode that the typed text calls for: wildcards decide; otherwise what the person chose stays. */
export function detect_mode(text: string, chosen: PlateMode): PlateMode {
  if (has_wildcard(text)) return 'wildcard';
  return chosen === 'wildcard' ? 'exact' : chosen;
}

/** What is wrong with the text, in a sentence; undefined when it can be asked. */
export function plate_problem(text: string, mode: PlateMode): string | undefined {
  const folded = fold(text);
  if (folded === '') return undefined;
  const odd = [...folded].find((c) => !/[A-Z0-9?*]/.test(c));
  if (odd) return `“${odd}” does not stand on plates. Use letters, digits${mode === "wildcard" ? ", ? and *" : ""}.`;
  if (mode === 'wildcard') {
    if (folded.length > MAX_PATTERN_CHARS) return `A pattern has at most ${MAX_PATTERN_CHARS} characters.`;
    if (/^\*+$/.test(folded)) return 'A pattern needs at least one character that is not *.';
    return undefined;
  }
  if (has_wildcard(folded)) return '? and * work in the wildcard mode only.';
  if (folded.length > MAX_PLATE_CHARS) return `A plate has at most ${MAX_PLATE_CHARS} characters.`;
  return undefined;
}

/** Whether a pattern of ? and * matches a plate. Linear backtracking over one star at a time. */
export function pattern_matches(pattern: string, plate: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < plate.length) {
    if (p < pattern.length && (pattern[p] === '?' || pattern[p] === plate[t])) {
      p++;
      t++;
    } else if (pattern[p] === '*') {
      star = p++;
      mark = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Characters that readers mistake for one another; the first of each class stands for it. */
export const CONFUSION_CLASSES = ['0ODQ', '1IL', '8B', '5S', '2Z', '6G'] as const;

function class_of(c: string): string {
  return CONFUSION_CLASSES.find((members) => members.includes(c)) ?? c;
}

/** One text for all plates that a reader may take for one another. */
export function class_text(plate: string): string {
  return [...fold(plate)].map((c) => class_of(c).charAt(0)).join('');
}

/** The classes of the plate's characters that somebody may have seen wrongly, each once, as it stands first. */
export function doubts_of(plate: string): string[][] {
  if (has_wildcard(plate)) return [];
  const classes = [...fold(plate)].map(class_of).filter((members) => members.length > 1);
  return [...new Set(classes)].map((members) => [...members]);
}

/** How many texts one confusion class holds, and the nearest ones to the plate (fewest changed characters first). */
export function misreads_of(plate: string, limit: number): { total: number; shown: string[] } {
  const chars = [...fold(plate)];
  if (chars.length === 0 || has_wildcard(plate)) return { total: 0, shown: [] };
  const total = chars.reduce((n, c) => n * class_of(c).length, 1) - 1;
  const shown: string[] = [];
  // One change, then two, and so on: the likeliest misreads come first and the list stays short.
  const positions = chars.flatMap((c, i) => (class_of(c).length > 1 ? [i] : []));
  const change = (from: number, left: number, text: string[]): void => {
    if (shown.length >= limit) return;
    if (left === 0) {
      shown.push(text.join(''));
      return;
    }
    for (let k = from; k < positions.length; k++) {
      const i = positions[k] ?? 0;
      const here = chars[i] ?? '';
      for (const other of class_of(here)) {
        if (other === here) continue;
        const next = [...text];
        next[i] = other;
        change(k + 1, left - 1, next);
        if (shown.length >= limit) return;
      }
    }
  };
  for (let changes = 1; changes <= positions.length && shown.length < limit; changes++) change(0, changes, chars);
  return { total, shown };
}

/** With the rule o-is-zero, an agency writes the letter O and the digit 0 alike: both become 0. */
export function apply_zero_rule(plate: string, rule: 'distinct' | 'o-is-zero'): string {
  return rule === 'o-is-zero' ? fold(plate).replaceAll('O', '0') : fold(plate);
}
