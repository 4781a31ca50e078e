import type { CameraState } from './model';

const kind: Record<CameraState, string> = { ok: 'accent', quiet: 'needed', away: 'needed', 'never-seen': 'stale', disabled: 'stale' };

/** The same shapes as on the map, for lists and legends. */
export function StateIcon({ state }: { state: CameraState }) {
  const color = `var(--${kind[state]})`;
  const hollow = state === 'never-seen' || state === 'disabled';
  const paint = { fill: hollow ? 'none' : color, stroke: color, strokeWidth: 2, strokeLinejoin: 'round' as const };
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" className="state-icon">
      {state === 'quiet' ? <path d="M7 1.5 12.5 7 7 12.5 1.5 7Z" {...paint} /> : null}
      {state === 'away' ? <path d="M7 1.8 12.6 12H1.4Z" {...paint} /> : null}
      {state === 'ok' || hollow ? <circle cx="7" cy="7" r="5" {...paint} /> : null}
      {state === 'disabled' ? <path d="m4 10 6-6" stroke={color} strokeWidth={2} /> : null}
    </svg>
  );
}
