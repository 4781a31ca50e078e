// The API in memory, for work on the pages without a server: invented traffic, one-time links, a real small ledger.
//   npm run mock [-- PORT]      serves dist/ too, under the content security policy of the real server
// MOCK_LINKS=keep lets a link work again and again. MOCK_RATE_MS is the mean time between reads.
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alert_summary, live_item, new_link, Refusal, routes, session_view } from './routes.mjs';
import { alerts, entries, new_alert, people, reads, sessions } from './state.mjs';
import { new_read, pick } from './town.mjs';

const port = Number(process.argv[2] ?? 18300);
const dist = process.env.MOCK_DIST ?? fileURLToPath(new URL('../dist', import.meta.url));
const rate_ms = Number(process.env.MOCK_RATE_MS ?? 1800);
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.woff': 'font/woff', '.json': 'application/json', '.map': 'application/json' };

const table = Object.entries(routes).map(([name, handler]) => {
  const [, flag, method, path] = /^([!~]?)(\w+) (.*)$/.exec(name);
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]);
  return { flag, method, names, handler, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`) };
});

const session_of = (request) => sessions.get(/glasshouse_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]);
const body_of = async (request) => {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > 32e6) throw new Refusal(413, 'too-large', 'This is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

async function answer(request, response, url) {
  for (const { flag, method, names, handler, pattern } of table) {
    const match = method === request.method ? pattern.exec(url.pathname) : null;
    if (!match) continue;
    const session = session_of(request);
    if (flag !== '!' && !session) throw new Refusal(401, 'signed-out', 'You are signed out.', { next: 'Sign in.' });
    if (flag === '' && session.locked) throw new Refusal(401, 'locked', 'The screen is locked.', { next: 'Sign out, and in again.' });
    const raw = await body_of(request);
    const json = raw.length > 0 && request.headers['content-type']?.startsWith('application/json');
    const ctx = { type: 'application/json' };
    const params = Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(match[i + 1])]));
    const result = handler({ session, params, query: url.searchParams, body: json ? JSON.parse(raw) : undefined, text: raw.toString(), ctx });
    if (ctx.set_cookie) response.setHeader('Set-Cookie', ctx.set_cookie);
    if (result === undefined) return response.writeHead(204).end();
    response.writeHead(request.method === 'POST' && /\/(cases|accounts|cameras|hotlists|entries|import|token|claim-code|plates|descriptions|corrections|sign-in-link)$/.test(url.pathname) ? 201 : 200, { 'Content-Type': ctx.type });
    return response.end(typeof result === 'string' ? result : JSON.stringify(result));
  }
  throw new Refusal(404, 'not-found', 'There is no such address.');
}

// Events: one list of open streams, each with its session.
const streams = new Map();
const send = (response, type, value) => response.write(`event: ${type}\ndata: ${JSON.stringify(value)}\n\n`);
function events(request, response) {
  const session = session_of(request);
  if (!session || session.locked) throw new Refusal(401, 'signed-out', 'You are signed out.');
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  send(response, 'session', session_view(session));
  streams.set(response, session);
  request.on('close', () => streams.delete(response));
}
function traffic() {
  const read = new_read();
  reads.unshift(read);
  reads.length = Math.min(reads.length, 3000);
  streams.forEach((session, response) => send(response, 'read', live_item(session, read)));
  setTimeout(traffic, rate_ms * (0.3 + Math.random() * 1.4));
}
function wanted() {
  const alert = new_alert(pick(entries.filter((e) => e.active)), 'exact', {});
  alert.created_at = alert.read.captured_at = new Date().toISOString();
  alerts.push(alert);
  streams.forEach((_, response) => send(response, 'alert', alert_summary(alert)));
  setTimeout(wanted, 150_000);
}

async function file(response, path) {
  let name = path.startsWith('/assets/') || /^\/[\w.-]+\.\w+$/.test(path) ? path : '/index.html';
  if (!(await stat(dist + name).catch(() => null))?.isFile()) name = '/index.html';
  const bytes = await readFile(dist + name).catch(() => null);
  if (!bytes) return response.writeHead(404, { 'Content-Type': 'text/plain' }).end('web/dist is not built: npm run build');
  response.writeHead(200, { 'Content-Type': types[extname(name)] ?? 'application/octet-stream', 'Content-Security-Policy': csp });
  return response.end(bytes);
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  try {
    if (url.pathname === '/api/v1/events') events(request, response);
    else if (url.pathname.startsWith('/api/') || url.pathname.startsWith('/log/')) await answer(request, response, url);
    else await file(response, url.pathname);
  } catch (error) {
    const known = error instanceof Refusal;
    if (!known) console.error(error);
    response.writeHead(known ? error.status : 500, { 'Content-Type': 'application/problem+json' });
    response.end(JSON.stringify(known ? error.body : { type: '/problems/internal', title: 'The mock failed.', status: 500, detail: String(error) }));
  }
});
server.listen(port, '127.0.0.1', () => {
  const links = Object.fromEntries(Object.entries(people).map(([role, { id }]) => [role, `http://127.0.0.1:${port}/sign-in?link=${new_link(id)}`]));
  console.log(JSON.stringify(links, null, 1));
});
traffic();
setTimeout(wanted, 150_000);
