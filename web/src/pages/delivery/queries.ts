import { queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const channels_query = queryOptions({
  queryKey: ['channels'],
  queryFn: async ({ signal }) => (await call(api.GET('/api/v1/channels', { signal }))).items,
});

/** Asked again every few seconds while it is looked at: messages are sent beside the requests. */
export const deliveries_query = (id: string) =>
  queryOptions({
    queryKey: ['channels', id, 'deliveries'],
    queryFn: async ({ signal }) => (await call(api.GET('/api/v1/channels/{id}/deliveries', { params: { path: { id } }, signal }))).items,
    refetchInterval: 3_000,
  });
