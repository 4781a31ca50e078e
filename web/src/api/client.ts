import createClient, { type Middleware } from 'openapi-fetch';
import { ApiProblem, offline_problem, problem_from } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

/** Hears of every answer that says "signed out" or "locked"; the session asks the server anew. */
export const session_listeners = new Set<() => void>();

/** A key for one intention: make it when the form opens, send it again on a retry, and the server acts once. */
export function new_idempotency_key(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

const writes: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && !request.headers.has('Idempotency-Key'))
      request.headers.set('Idempotency-Key', new_idempotency_key());
    return request;
  },
  onResponse({ response, schemaPath }) {
    const about_session = response.status === 401 || response.status === 423;
    if (about_session && schemaPath !== '/api/v1/me' && !schemaPath.startsWith('/api/v1/sign-in'))
      session_listeners.forEach((listener) => listener());
  },
};

/** The typed client. Calls go through `call`, which returns the data or throws an ApiProblem:
 *    const page = await call(api.GET('/api/v1/cases', { params: { query: { open: true } } }));  */
export const api = createClient<paths>({
  baseUrl: '/',
  credentials: 'same-origin',
  // Looked up at each call, so that a test can put its own fetch in place.
  fetch: (request: Request) => globalThis.fetch(request),
});
api.use(writes);

type Outcome<T> = { data?: T; error?: unknown; response: Response };

export async function call<T>(pending: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await pending;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem(offline_problem);
  }
  if (!outcome.response.ok) throw new ApiProblem(problem_from(outcome.error, outcome.response.status));
  return outcome.data as T;
}
