import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

const param = 'entry';

/** The ledger entry that stands open in the drawer: part of the address, so that it can be shared. */
export function useEntry(): number | undefined {
  const text = useSearchParams()[0].get(param);
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export function useOpenEntry(): (index: number | undefined) => void {
  const set = useSearchParams()[1];
  return useCallback(
    (index) =>
      set(
        (old) => {
          const next = new URLSearchParams(old);
          if (index === undefined) next.delete(param);
          else next.set(param, String(index));
          return next;
        },
        { replace: index === undefined, preventScrollReset: true },
      ),
    [set],
  );
}
