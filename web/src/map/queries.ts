import { queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

/** The town's outlines; they change with an installation, not with a day. */
export const map_query = queryOptions({
  queryKey: ['map'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/map', { signal })),
  staleTime: Infinity,
});
