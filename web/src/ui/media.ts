import { useSyncExternalStore } from 'react';

const phone = '(max-width: 860px)';

/** The same width at which the rail gives way to the bottom bar. */
export function useIsPhone(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(phone);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => window.matchMedia(phone).matches,
  );
}
