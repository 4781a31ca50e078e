import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export interface CaseFilter {
  open?: boolean;
  mine?: boolean;
  q: string;
}

export const cases_query = (filter: CaseFilter) =>
  infiniteQueryOptions({
    queryKey: ['cases', 'pages', filter],
    queryFn: ({ signal, pageParam }) =>
      call(api.GET('/api/v1/cases', { params: { query: { ...filter, q: filter.q || undefined, cursor: pageParam, limit: 100 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor,
  });

export const case_query = (id: string) =>
  queryOptions({
    queryKey: ['case', id],
    queryFn: ({ signal }) => call(api.GET('/api/v1/cases/{id}', { params: { path: { id } }, signal })),
  });

export const holds_query = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'holds'],
    queryFn: ({ signal }) => call(api.GET('/api/v1/cases/{id}/holds', { params: { path: { id } }, signal })),
  });

export const officers_query = queryOptions({
  queryKey: ['officers'],
  queryFn: async ({ signal }) => (await call(api.GET('/api/v1/officers', { signal }))).items,
  staleTime: 300_000,
});
