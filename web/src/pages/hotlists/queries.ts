import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const hotlists_query = queryOptions({
  queryKey: ['hotlists'],
  queryFn: async ({ signal }) => (await call(api.GET('/api/v1/hotlists', { signal }))).items,
  refetchInterval: 60_000, // lists grow old without anybody doing anything
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

/** Who else holds the list. Asked again while it is looked at: sending takes a moment. */
export const shares_query = (id: string) =>
  queryOptions({
    queryKey: ['hotlists', id, 'shares'],
    queryFn: ({ signal }) => call(api.GET('/api/v1/hotlists/{id}/shares', { params: { path: { id } }, signal })),
    refetchInterval: 5_000,
  });

/** Asked again every half minute while it is looked at: files come by themselves. */
export const pulls_query = (id: string) =>
  queryOptions({
    queryKey: ['hotlists', id, 'pulls'],
    queryFn: async ({ signal }) => (await call(api.GET('/api/v1/hotlists/{id}/pulls', { params: { path: { id } }, signal }))).items,
    refetchInterval: 30_000,
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
