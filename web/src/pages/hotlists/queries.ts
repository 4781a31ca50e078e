import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const hotlists_query = queryOptions({
  queryKey: ['hotlists'],
  queryFn: async ({ signal }) => (await call(api.GET('/api/v1/hotlists', { signal }))).items,
});

export const files_query = queryOptions({
  queryKey: ['hotlists', 'files'],
  queryFn: async ({ signal }) => (await call(api.GET('/api/v1/hotlist-files', { signal }))).items,
});

export const source_query = (id: string) =>
  queryOptions({
    queryKey: ['hotlists', id, 'source'],
    queryFn: ({ signal }) => call(api.GET('/api/v1/hotlists/{id}/source', { params: { path: { id } }, signal })),
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
