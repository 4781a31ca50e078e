import { queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const health_query = (id: string) =>
  queryOptions({
    queryKey: ['camera', id],
    queryFn: ({ signal }) => call(api.GET('/api/v1/cameras/{id}', { params: { path: { id } }, signal })),
    staleTime: 60_000,
  });
