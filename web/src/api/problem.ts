import type { components } from './schema';

export type Problem = components['schemas']['Problem'];

/** A failed call, as the server explained it (RFC 9457), or as near to that as a dead network allows. */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
    this.name = 'ApiProblem';
  }
  get status() {
    return this.problem.status;
  }
  get denied() {
    return this.problem.type.endsWith('/problems/denied');
  }
  get locked() {
    return this.problem.status === 423 || this.problem.type.endsWith('/problems/locked');
  }
  /** What is wrong with each field of a form, by name. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.errors ?? []).map((e) => [e.field, e.message]));
  }
}

export const offline_problem: Problem = {
  type: '/problems/unreachable',
  title: 'The server does not answer',
  status: 0,
  detail: 'This page could not reach the Glasshouse server over the network.',
  next: 'Check the network; the page tries again by itself. Nothing that you sent was acted on without being shown here.',
};

/** Reads whatever came back as a problem, so that every failure can be shown the same way. */
export function problem_from(body: unknown, status: number): Problem {
  if (body && typeof body === 'object' && 'title' in body && 'status' in body) return body as Problem;
  return {
    type: 'about:blank',
    title: status >= 500 ? 'The server failed' : 'The server refused this',
    status,
    detail: `It answered with status ${status} and no explanation.`,
    next: status >= 500 ? 'Try again; if it stays, tell the administrator the time and this page.' : undefined,
  };
}

export function as_problem(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  if (error instanceof TypeError) return offline_problem;
  return { type: 'about:blank', title: 'Something unexpected happened', status: 0, detail: String(error) };
}
