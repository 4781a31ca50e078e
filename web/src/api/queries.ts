import { queryOptions } from '@tanstack/react-query';
import { api, call } from './client';
import { ApiProblem } from './problem';

/** What more than one page asks for. Keys begin with the resource, so that an event can invalidate by its first word. */
export const about_query = queryOptions({
  queryKey: ['about'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/about', { signal })),
  staleTime: Infinity,
});

/** null: nobody is signed in. */
export const me_query = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    try {
      return await call(api.GET('/api/v1/me', { signal }));
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const overview_query = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/overview', { signal })),
  refetchInterval: 30_000,
});

export const cameras_query = queryOptions({
  queryKey: ['cameras'],
  queryFn: async ({ signal }) => (await call(api.GET('/api/v1/cameras', { signal }))).items,
  staleTime: 30_000,
});

export const purposes_query = queryOptions({
  queryKey: ['purposes'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/purposes', { signal })),
  staleTime: Infinity,
});

export const packs_query = queryOptions({
  queryKey: ['packs'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/packs', { signal })),
  staleTime: 60_000,
});

export const my_cases_query = queryOptions({
  queryKey: ['cases', { open: true, mine: true }],
  queryFn: async ({ signal }) =>
    (await call(api.GET('/api/v1/cases', { params: { query: { open: true, mine: true, limit: 100 } }, signal }))).items,
});
