import type { Schemas } from '@/api/client';
import type { Meaning } from '@/ui';

type Order = Schemas['Order'];

export const KINDS: readonly { value: Order['kind']; label: string; note: string }[] = [
  { value: 'warrant', label: 'Search warrant', note: 'signed by a judge' },
  { value: 'court-order', label: 'Court order', note: 'signed by a judge' },
  { value: 'declaration', label: 'Written declaration', note: 'of the agency itself, where the rules take one' },
];

export const kind_label = (kind: Order['kind']) => KINDS.find((k) => k.value === kind)?.label ?? kind;

/** What stands behind an order at this moment, in a word. */
export function standing(order: Order): { word: string; meaning: Meaning } {
  if (order.state === 'refused') return { word: 'Refused', meaning: 'stale' };
  if (order.state === 'withdrawn') return { word: 'Withdrawn', meaning: 'stale' };
  if (order.run_out) return { word: 'Run out', meaning: 'stale' };
  return order.state === 'checked' ? { word: 'In force', meaning: 'resolved' } : { word: 'Waits for a check', meaning: 'needed' };
}

/** Plates as people paste them: with commas, semicolons or on lines of their own. Spaces may stand inside one. */
export const plates_of = (text: string): string[] =>
  text
    .split(/[,;\n]/)
    .map((p) => p.trim())
    .filter(Boolean);

export const is_digest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
