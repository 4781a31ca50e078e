import type { Schemas } from '@/api/client';
import type { Meaning } from '@/ui';

export const kinds: Record<Schemas['SharingKind'], string> = {
  'in-state': 'In this state',
  'out-of-state': 'Another state',
  federal: 'Federal',
  private: 'Private',
};

export const grant_states: Record<Schemas['Grant']['state'], { word: string; meaning: Meaning }> = {
  offered: { word: 'Waits for a signature', meaning: 'needed' },
  'in-force': { word: 'In force', meaning: 'resolved' },
  'not-yet': { word: 'Begins later', meaning: 'plain' },
  'run-out': { word: 'Run out', meaning: 'stale' },
  declined: { word: 'Declined', meaning: 'stale' },
  replaced: { word: 'Replaced', meaning: 'stale' },
  revoked: { word: 'Revoked', meaning: 'stale' },
};

export const promise_words: Record<Schemas['PromiseKind'], { label: string; value?: string }> = {
  'no-immigration-agency': { label: 'No immigration agency' },
  'no-federal-agency': { label: 'No federal agency' },
  'only-in-state': { label: 'Only agencies of this state' },
  'no-private-body': { label: 'No private body' },
  'camera-not-shared': { label: 'A camera is shared with nobody', value: 'The camera' },
  'not-for-purpose': { label: 'Not for a purpose', value: 'The purpose' },
  'at-most-agencies': { label: 'At most so many agencies', value: 'How many' },
};

/** The day (UTC) of a time that may lie a year ahead. */
export const day_of = (time: string) => time.slice(0, 10);

/** "06:00", at most "24:00". */
export const is_time = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(text);

/** The last day that a grant from today may have: twelve months on. */
export function last_day(from: Date): string {
  const day = new Date(Date.UTC(from.getUTCFullYear() + 1, from.getUTCMonth(), from.getUTCDate()));
  return day.toISOString().slice(0, 10);
}
