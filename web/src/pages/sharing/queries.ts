import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';

export type Grant = Schemas['Grant'];
export type Agency = Schemas['SharingAgency'];

export const sharing_query = queryOptions({
  queryKey: ['sharing'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/sharing', { signal })),
  refetchInterval: 15_000,
});

/** A change of what is shared: afterwards everything about it is asked anew. */
export function useSharingChange<Asked, Got>(change: (asked: Asked) => Promise<Got>, done?: (got: Got) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (got) => {
      void queries.invalidateQueries({ queryKey: ['sharing'] });
      void queries.invalidateQueries({ queryKey: ['access'] });
      done?.(got);
    },
  });
}
