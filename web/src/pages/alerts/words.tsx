import type { Schemas } from '@/api/client';
import { type Meaning, Tag } from '@/ui';

type State = Schemas['AlertState'];

const states: Record<State, { word: string; meaning: Meaning }> = {
  pending: { word: 'A person is needed', meaning: 'needed' },
  confirmed: { word: 'Confirmed', meaning: 'confirmed' },
  rejected: { word: 'Not this one', meaning: 'resolved' },
  closed: { word: 'Closed', meaning: 'resolved' },
};

export function StateTag({ state }: { state: State }) {
  return <Tag meaning={states[state].meaning}>{states[state].word}</Tag>;
}

/** Why this is here at all, without saying more than the letters say. */
export const kind_words: Record<Schemas['HitKind'], string> = {
  exact: 'Letters agree',
  pattern: 'Fits the pattern',
  possible: 'Similar letters',
};

export const compared_fields = ['plate', 'region', 'body', 'color'] as const;
export type ComparedField = (typeof compared_fields)[number];

export const field_words: Record<Schemas['Agreement']['field'], string> = {
  plate: 'Plate',
  region: 'Region',
  body: 'Body',
  color: 'Color',
  make: 'Make',
};
