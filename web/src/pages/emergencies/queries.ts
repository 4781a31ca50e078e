import { queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const exigent_query = queryOptions({
  queryKey: ['exigent'],
  queryFn: async ({ signal }) => (await call(api.GET('/api/v1/exigent', { signal }))).items,
  refetchInterval: 60_000,
});
