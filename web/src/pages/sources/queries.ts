import { queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const sources_query = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/sources', { signal })),
});

export const outside_query = queryOptions({
  queryKey: ['outside'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/outside', { signal })),
  refetchInterval: 30_000,
});

export const receipts_query = (id: string) =>
  queryOptions({
    queryKey: ['sources', id, 'receipts'],
    queryFn: ({ signal }) => call(api.GET('/api/v1/sources/{id}/receipts', { params: { path: { id } }, signal })),
    refetchInterval: 30_000,
  });
