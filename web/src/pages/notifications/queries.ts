import { queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const browsers_query = queryOptions({
  queryKey: ['browsers'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/me/push', { signal })),
});

/** Asked again every few seconds while it is looked at, as a channel's. */
export const told_query = (id: string) =>
  queryOptions({
    queryKey: ['browsers', id, 'deliveries'],
    queryFn: async ({ signal }) => (await call(api.GET('/api/v1/me/push/{id}/deliveries', { params: { path: { id } }, signal }))).items,
    refetchInterval: 3_000,
  });
