import type { Schemas } from '@/api/client';
import type { Meaning } from '@/ui';

export type Camera = Schemas['Camera'];
type State = Schemas['CameraState'];

export const meaning_of: Record<State, Meaning> = { ok: 'plain', quiet: 'needed', away: 'needed', 'never-seen': 'stale', disabled: 'stale' };
const urgency: Record<State, number> = { away: 0, quiet: 1, 'never-seen': 2, ok: 3, disabled: 4 };

/** What needs somebody first; then by name. */
export function by_urgency(cameras: readonly Camera[]): Camera[] {
  return [...cameras].sort((a, b) => urgency[a.state] - urgency[b.state] || a.name.localeCompare(b.name));
}

/** "10 of 12 reading; 1 away, 1 quiet" */
export function summary_of(cameras: readonly Camera[]): string {
  const count = (state: State) => cameras.filter((c) => c.state === state).length;
  const rest = (
    [
      ['away', 'away'],
      ['quiet', 'quiet'],
      ['never-seen', 'never seen'],
      ['disabled', 'switched off'],
    ] as [State, string][]
  ).flatMap(([state, word]) => (count(state) ? [`${count(state)} ${word}`] : []));
  return `${count('ok')} of ${cameras.length} reading${rest.length ? `; ${rest.join(', ')}` : ''}`;
}
