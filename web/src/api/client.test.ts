import { afterEach, describe, expect, it, vi } from 'vitest';
import { api, call, session_listeners } from './client';
import { ApiProblem, as_problem } from './problem';

afterEach(() => {
  vi.unstubAllGlobals();
  session_listeners.clear();
});

const answer = (status: number, body?: unknown, type = 'application/json') => {
  const sent: Request[] = [];
  vi.stubGlobal('fetch', (request: Request) => {
    sent.push(request);
    return Promise.resolve(new Response(body === undefined ? null : JSON.stringify(body), { status, headers: body === undefined ? {} : { 'Content-Type': type } }));
  });
  return sent;
};
const failure = async (pending: Promise<unknown>) => {
  try {
    await pending;
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    throw error;
  }
  throw new Error('it did not fail');
};

describe('call', () => {
  it('answers with the data', async () => {
    answer(200, { items: [] });
    expect(await call(api.GET('/api/v1/hotlists'))).toEqual({ items: [] });
  });
  it('throws the problem that the server explained', async () => {
    answer(403, { type: '/problems/denied', title: 'This was refused.', status: 403, rules: [] }, 'application/problem+json');
    const error = await failure(call(api.GET('/api/v1/hotlists')));
    expect([error.denied, error.status, error.problem.title]).toEqual([true, 403, 'This was refused.']);
  });
  it('makes a problem of an answer without explanation, and of no answer', async () => {
    answer(502);
    expect((await failure(call(api.GET('/api/v1/hotlists')))).status).toBe(502);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    expect((await failure(call(api.GET('/api/v1/hotlists')))).problem.type).toBe('/problems/unreachable');
  });
  it('names the fields that are wrong', async () => {
    answer(422, { type: '/problems/bad-field', title: 'x', status: 422, errors: [{ field: 'plate', message: 'too long' }] }, 'application/problem+json');
    expect((await failure(call(api.GET('/api/v1/hotlists')))).fields).toEqual({ plate: 'too long' });
  });
});

describe('writes', () => {
  it('carry a key of their own, or the one that was given', async () => {
    const sent = answer(204);
    await call(api.POST('/api/v1/sign-out'));
    await call(api.POST('/api/v1/sign-out', { params: { header: { 'Idempotency-Key': 'given-key' } } }));
    await call(api.GET('/api/v1/hotlists'));
    const keys = sent.map((r) => r.headers.get('Idempotency-Key'));
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys.slice(1)).toEqual(['given-key', null]);
  });
});

describe('the session', () => {
  it('hears of 401 from any route but its own', async () => {
    const heard = vi.fn();
    session_listeners.add(heard);
    answer(401, { type: '/problems/locked', title: 'Locked', status: 401 }, 'application/problem+json');
    const error = await failure(call(api.GET('/api/v1/hotlists')));
    expect(error.locked).toBe(true);
    await failure(call(api.GET('/api/v1/me')));
    expect(heard).toHaveBeenCalledTimes(1);
  });
});

describe('as_problem', () => {
  it('explains whatever was thrown', () => {
    expect(as_problem(new TypeError('x')).type).toBe('/problems/unreachable');
    expect(as_problem('odd').detail).toBe('odd');
  });
});
