import type { Schemas } from '@/api/client';
import type { Meaning } from '@/ui';

/** What became of a file for a list, in words. */
export const outcomes: Record<Schemas['Pull']['outcome'], { word: string; meaning: Meaning }> = {
  applied: { word: 'Applied', meaning: 'resolved' },
  'as-before': { word: 'As before', meaning: 'resolved' },
  held: { word: 'Waits for a person', meaning: 'needed' },
  refused: { word: 'Refused', meaning: 'needed' },
  failed: { word: 'Failed', meaning: 'needed' },
};
