import { api, call, type Schemas } from '@/api/client';

const begun = 'glasshouse-sign-on';

/** Sends this browser to the agency's identity provider; it comes back at /sign-in/return. */
export async function go_to_provider(why: 'sign-in' | 'link'): Promise<void> {
  const { url } = await call(why === 'link' ? api.POST('/api/v1/me/identity/begin') : api.POST('/api/v1/sign-in/provider/begin'));
  sessionStorage.setItem(begun, why);
  window.location.assign(url);
}

/** What the provider gave this browser, for what it was begun for. */
export async function come_back(query: URLSearchParams): Promise<Schemas['Session']> {
  const why = sessionStorage.getItem(begun);
  sessionStorage.removeItem(begun);
  const iss = query.get('iss');
  const body = { state: query.get('state') ?? '', code: query.get('code') ?? '', ...(iss ? { iss } : {}) };
  return call(why === 'link' ? api.POST('/api/v1/me/identity', { body }) : api.POST('/api/v1/sign-in/provider', { body }));
}
