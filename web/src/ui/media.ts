import { useSyncExternalStore } from 'react';

const phone = '(max-width: 860px)';

function watch(changed: () => void) {
  const query = window.matchMedia(phone);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

/** The same width at which the rail gives way to the bottom bar. */
export function useIsPhone(): boolean {
  return useSyncExternalStore(watch, () => window.matchMedia(phone).matches);
}
