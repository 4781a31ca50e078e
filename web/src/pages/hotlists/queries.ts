import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const hotlists_query = queryOptions({
  queryKey: ['hotlists'],
  queryFn: async ({ signal }) => (await call(api.GET('/api/v1/hotlists', { signal }))).items,
});

export interface EntryFilter {
  q: string;
  active?: boolean;
}

export const entries_query = (id: string, { q, active }: EntryFilter) =>
  infiniteQueryOptions({
    queryKey: ['hotlists', id, 'entries', { q, active }],
    queryFn: ({ signal, pageParam }) =>
      call(api.GET('/api/v1/hotlists/{id}/entries', { params: { path: { id }, query: { q: q || undefined, active, cursor: pageParam, limit: 200 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor,
  });
