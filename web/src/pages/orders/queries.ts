import { queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const orders_query = queryOptions({
  queryKey: ['orders'],
  queryFn: async ({ signal }) => (await call(api.GET('/api/v1/orders', { params: { query: { limit: 200 } }, signal }))).items,
});
