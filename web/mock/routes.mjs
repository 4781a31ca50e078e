// The contract's routes, answered from state.mjs. Not the policy engine: it knows just enough refusals to see them.
import { createECDH, randomBytes } from 'node:crypto';
import { accounts, alerts, cameras, cases, entries, field, hotlist_files, hotlists, links, log, may, people, reads, sessions, settings, town } from './state.mjs';
import { center, id_of, masked_of, offences, picture_of, purposes, reading_of } from './town.mjs';

export class Refusal extends Error {
  constructor(status, slug, title, more = {}) {
    super(title);
    this.status = status;
    this.body = { type: `/problems/${slug}`, title, status, ...more };
  }
}
const not_found = () => new Refusal(404, 'not-found', 'There is no such thing here.', { next: 'Check the address.' });
const bad_field = (name, message) => new Refusal(422, 'bad-field', 'Something in the form is not right.', { errors: [{ field: name, message }] });
const found = (list, id) => {
  const item = list.find((x) => x.id === id);
  if (!item) throw not_found();
  return item;
};
const denied = (session, rule, sentence, citation, remedy) =>
  new Refusal(403, 'denied', 'This was refused.', {
    detail: sentence,
    rules: [{ id: rule, sentence, citation }],
    remedy,
    ledger_index: log.append('denied', [field('rule', rule, 'after-24h'), field('officer', session.officer.id)]),
  });
export const new_link = (officer_id) => {
  const token = randomBytes(24).toString('base64url');
  links.set(token, officer_id);
  return token;
};
const working = (session) => {
  if (session.working && Date.parse(session.working.live_until) < Date.now()) session.working = undefined;
  return session.working;
};
export const session_view = (session) => ({
  officer: session.officer,
  signed_in_at: session.signed_in_at,
  expires_at: new Date(Date.parse(session.signed_in_at) + 12 * 3.6e6).toISOString(),
  idle_lock_s: 900,
  locked: session.locked,
  means: 'link',
  enrolled: true,
  has_passkey: false,
  fallback: false,
  fallback_set: false,
  working_case: working(session),
  may: may[session.officer.role],
});
export const live_item = (session, read) => (working(session) ? { masked: masked_of(read), read } : { masked: masked_of(read) });
const must_work = (session) => {
  if (!working(session))
    throw denied(session, 'house/case-required', 'Plates and pictures are shown only to somebody who works on an open case.', 'Millbrook Falls Ordinance 2026-14 §5(a)', { sentence: 'Work on a case that you are assigned to; then this opens for 60 minutes.', action: 'choose-case' });
};
const page = (list, query) => {
  const from = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  return { items: list.slice(from, from + limit), next_cursor: from + limit < list.length ? String(from + limit) : undefined };
};
const enter = (officer, ctx) => {
  const session = { id: randomBytes(18).toString('base64url'), officer, signed_in_at: new Date().toISOString(), locked: false };
  sessions.set(session.id, session);
  ctx.set_cookie = `glasshouse_session=${session.id}; Path=/; HttpOnly; SameSite=Strict`;
  return session_view(session);
};
const alert_summary = (a) => ({ id: a.id, state: a.state, kind: a.kind, rank: a.rank, created_at: a.created_at, reads: a.reads, last_read_at: a.last_read_at, camera_id: a.camera.id, camera_name: a.camera.name, hotlist_name: a.hotlist_name, list_stale: false, second_look: false, looks_needed: a.state === 'pending' ? 1 : 0, reason: a.entry.reason });
const ledger_view = (session, e) => ({ ...e, fields: e.fields.filter((f) => session.officer.role === 'auditor' || f.release === 'at-once' || (f.release === 'after-24h' && Date.now() - Date.parse(e.time) > 8.64e7)) });
const matches = (text, { text: wanted, mode }) => {
  const any = wanted.toUpperCase();
  if (mode === 'prefix') return text.startsWith(any);
  if (mode === 'contains') return text.includes(any);
  if (mode === 'wildcard') return new RegExp(`^${any.replaceAll('?', '.').replaceAll('*', '.*')}$`).test(text);
  const same = (t) => t.replaceAll(/[ODQ]/g, '0').replaceAll('B', '8').replaceAll('S', '5').replaceAll('I', '1').replaceAll('Z', '2').replaceAll('G', '6');
  return mode === 'confusable' ? same(text) === same(any) : text === any;
};

function search({ session, body }) {
  const sheet = cases.find((c) => c.id === body.case_id);
  if (!sheet) must_work({ ...session, working: undefined });
  if (body.on_behalf_of?.kind === 'federal')
    throw denied(session, 'state/no-civil-federal', 'A search on behalf of a federal agency needs an order.', 'Millbrook Falls Ordinance 2026-14 §8', { sentence: 'The order desk takes a warrant or a court order.', action: 'order-desk' });
  const q = body.question;
  if (q.from && Date.now() - Date.parse(q.from) > 30 * 8.64e7)
    throw denied(session, 'house/retention', 'Reads are kept for 14 days; older ones do not exist.', 'Millbrook Falls Ordinance 2026-14 §4', { sentence: 'Ask about the last 14 days.', action: 'narrow-time' });
  const hits = reads.filter(
    (r) =>
      (!q.plate || (r.plate && matches(r.plate.text, q.plate))) &&
      (!q.region || r.plate?.region === q.region) &&
      (!q.colors?.length || q.colors.includes(r.vehicle.color)) &&
      (!q.bodies?.length || q.bodies.includes(r.vehicle.body)) &&
      (!q.camera_ids?.length || q.camera_ids.includes(r.camera_id)) &&
      (!q.from || r.captured_at >= q.from) &&
      (!q.to || r.captured_at < q.to),
  );
  const bins = new Map();
  hits.forEach((r) => bins.set(`${r.captured_at.slice(0, 13)}:00:00.000Z`, (bins.get(`${r.captured_at.slice(0, 13)}:00:00.000Z`) ?? 0) + 1));
  const { items, next_cursor } = page(hits, new URLSearchParams({ cursor: body.cursor ?? '0', limit: String(body.limit ?? 50) }));
  return {
    items,
    next_cursor,
    ledger_index: log.append('search', [field('purpose', sheet.purpose, 'after-24h'), field('cameras', 12, 'after-24h'), field('results', hits.length, 'after-24h'), field('officer', session.officer.id), field('case', sheet.number)]),
    sentence: `${q.plate ? `Plate ${q.plate.text.toUpperCase()} (${q.plate.mode})` : 'Any plate'}, at ${q.camera_ids?.length || 12} cameras`,
    cameras: q.camera_ids?.length || 12,
    took_ms: 3.4,
    timeline: [...bins].map(([from, count]) => ({ from, count })).sort((a, b) => (a.from < b.from ? -1 : 1)),
    total_at_least: hits.length,
  };
}

function decide({ session, params, body }) {
  const alert = found(alerts, params.id);
  if (alert.state !== 'pending') throw new Refusal(409, 'wrong-state', 'This alert was decided before.', { detail: `${alert.decision.by} decided it.`, next: 'Open it again to see the decision.' });
  if (body.decision === 'confirm' && body.compared.length < 4) throw new Refusal(422, 'not-compared', 'Not everything was compared.', { next: 'Compare plate, region, body and colour first.' });
  alert.state = body.decision === 'confirm' ? 'confirmed' : 'rejected';
  alert.decision = { by: session.officer.name, at: new Date().toISOString(), decision: body.decision, reason_code: body.reason_code, note: body.note, ledger_index: log.append(`alert.${body.decision}`, [field('reason', body.reason_code, 'after-24h'), field('officer', session.officer.id)]) };
  return alert;
}

function camera_health(camera) {
  const hour = Math.floor(Date.now() / 3.6e6) * 3.6e6;
  const findings = {
    ok: [{ level: 'ok', sentence: 'Reads arrive from this camera.' }],
    quiet: [{ level: 'warn', sentence: 'The camera answers, but saw few vehicles for half an hour.', next: 'Look at the road: it may be closed.' }],
    away: [{ level: 'problem', sentence: 'The camera program has not called for 85 minutes.', next: 'Check power and network at the pole; reads wait on its disk.' }],
    disabled: [{ level: 'warn', sentence: 'An administrator switched this camera off.', next: 'Switch it on under "Change".' }],
    'never-seen': [{ level: 'problem', sentence: 'This camera never called.', next: 'Start the camera program with its token.' }],
  }[camera.state];
  return { camera, spool_reads: camera.state === 'away' ? undefined : 0, source_state: 'reading', certificate: { available: true, state: 'none' }, findings, reads_by_hour: Array.from({ length: 24 }, (_, i) => ({ hour: new Date(hour - (23 - i) * 3.6e6).toISOString(), reads: camera.state === 'disabled' || (camera.state === 'away' && i > 21) ? 0 : Math.round(60 + 50 * Math.sin(i / 3.6)) })) };
}

function import_preview({ params, query, text }) {
  const rows = text.trim().split(/\r?\n/).slice(1);
  const refused = rows.flatMap((row, i) => {
    const [plate, reason, case_number, expires] = row.split(',');
    const why = !/^[A-Z0-9?*]{2,10}$/i.test(plate ?? '') ? 'The plate has a character that no plate has.' : !reason ? 'The reason is missing.' : !case_number ? 'The case number is missing.' : !expires ? 'It has no expiry.' : '';
    return why ? [{ line: i + 2, text: row, reason: why }] : [];
  });
  const good = rows.filter((_, i) => !refused.some((r) => r.line === i + 2));
  const sample = good.slice(0, 20).map((row) => {
    const [plate, reason, case_number, expires] = row.split(',');
    return { plate: plate.toUpperCase(), reason, case_number, expires_at: new Date(expires).toISOString() };
  });
  const id = id_of('imp');
  previews.set(id, { hotlist_id: params.id, sample });
  return { id, kind: query.get('kind') ?? 'plain', expires_at: new Date(Date.now() + 9e5).toISOString(), rows: rows.length, to_add: good.length, to_change: 0, to_remove: 0, unchanged: 0, to_renew: 0, refused_count: refused.length, refused, barred_count: 0, barred: [], sample, to_change_sample: [], to_remove_sample: [] };
}
const previews = new Map();
const push_key = createECDH('prime256v1').generateKeys('base64url');
const channels = [];
const browsers = [];

const list_entries = ({ params, query }) => {
  const q = (query.get('q') ?? '').toUpperCase();
  return page(entries.filter((e) => e.hotlist_id === params.id && (!q || e.plate.includes(q)) && (query.get('active') === null || String(e.active) === query.get('active'))), query);
};
const change = (list) => ({ params, body }) => Object.assign(found(list, params.item ?? params.id), body);
const sheet_item = (part) => ({ session, params, body }) => {
  const sheet = found(cases, params.id);
  if (body) sheet[part].unshift({ id: id_of('item'), ...body, added_by: session.officer.name, added_at: new Date().toISOString() });
  else sheet[part] = sheet[part].filter((x) => x.id !== params.item);
  return sheet;
};
const octagon = (r) => Array.from({ length: 9 }, (_, i) => [center.lon + r * 1.3 * Math.cos((i * Math.PI) / 4), center.lat + r * Math.sin((i * Math.PI) / 4)]);
const map = () => ({
  type: 'FeatureCollection',
  features: [
    { type: 'Feature', properties: { kind: 'town', name: town.name }, geometry: { type: 'Polygon', coordinates: [octagon(0.024)] } },
    { type: 'Feature', properties: { kind: 'road', name: 'Route 62', class: 'major' }, geometry: { type: 'LineString', coordinates: [[center.lon, center.lat - 0.03], [center.lon + 0.001, center.lat - 0.01], [center.lon - 0.001, center.lat + 0.03]] } },
    { type: 'Feature', properties: { kind: 'road', name: 'Main Street', class: 'minor' }, geometry: { type: 'LineString', coordinates: [[center.lon - 0.03, center.lat], [center.lon + 0.03, center.lat + 0.003]] } },
    { type: 'Feature', properties: { kind: 'water', name: 'Mill River' }, geometry: { type: 'LineString', coordinates: [[center.lon - 0.03, center.lat + 0.012], [center.lon, center.lat + 0.007], [center.lon + 0.03, center.lat + 0.014]] } },
  ],
});
const ask_case = ({ session, body }) => {
  const sheet = found(cases, body.case_id);
  const { id, number, purpose, offence, title, open, assigned_to_me, opened_at } = sheet;
  const ledger_index = log.append('live-reads', [field('purpose', purpose, 'after-24h'), field('officer', session.officer.id), field('case', number)]);
  session.working = { case: { id, number, purpose, offence, title, open, assigned_to_me, opened_at }, live_until: new Date(Date.now() + 60 * 6e4).toISOString(), ledger_index };
  return session.working;
};
const nothing = () => undefined;
/** The mock checks no passkeys: it only lets a page ask. */
const question = (ctx) => ({ challenge: randomBytes(32).toString('base64url'), site: 'localhost', origin: `http://${ctx.host ?? 'localhost'}`, timeout_ms: 300000, passkeys: [] });

/** "METHOD /path/{name}": what to answer. Without a leading "!", somebody must be signed in and the screen unlocked. */
export const routes = {
  '!GET /api/v1/about': () => ({ version: '1.0.0', demo: true, needs_first_administrator: false, town, pictures_sealed: true }),
  '!POST /api/v1/sign-in': () => {
    throw new Refusal(401, 'bad-credentials', 'That did not work.', { detail: 'The name, the password or the code is not right.', next: 'Use your passkey, or try again.' });
  },
  '!POST /api/v1/sign-in/passkey/question': ({ ctx }) => question(ctx),
  '!POST /api/v1/sign-in/passkey': () => {
    throw new Refusal(403, 'passkey-refused', 'That passkey does not open anything here.', { next: 'Try another one, or ask an administrator for a one-time sign-in link.' });
  },
  '!POST /api/v1/sign-in/link': ({ body, ctx }) => {
    const officer = accounts.find((a) => a.id === links.get(body.token));
    if (!officer) throw new Refusal(401, 'bad-link', 'This link was used, or is too old.', { detail: 'A sign-in link works once.', next: 'Ask an administrator for a new one.' });
    if (process.env.MOCK_LINKS !== 'keep') links.delete(body.token);
    const { id, name, login, role } = officer;
    return enter({ id, name, login, role }, ctx);
  },
  'POST /api/v1/sign-out': ({ session }) => void sessions.delete(session.id),
  '~GET /api/v1/me': ({ session }) => session_view(session),
  'POST /api/v1/me/lock': ({ session }) => void (session.locked = true),
  'GET /api/v1/me/passkeys': () => ({ items: [] }),
  'POST /api/v1/me/passkeys/question': ({ ctx }) => question(ctx),
  'PUT /api/v1/me/case': ask_case,
  'DELETE /api/v1/me/case': ({ session }) => void (session.working = undefined),
  'GET /api/v1/accounts': ({ query }) => page(accounts, query),
  'POST /api/v1/accounts': ({ body }) => {
    if (accounts.some((a) => a.login === body.login)) throw bad_field('login', 'Somebody has this login already.');
    const account = { id: id_of('off'), ...body, active: true, locked: false, created_at: new Date().toISOString() };
    accounts.unshift(account);
    return { account, sign_in: { link: `/sign-in?link=${new_link(account.id)}`, expires_at: new Date(Date.now() + 8.64e7).toISOString() } };
  },
  'PATCH /api/v1/accounts/{id}': ({ params, body: { unlock, ...rest } }) => Object.assign(found(accounts, params.id), rest, unlock ? { locked: false } : {}),
  'POST /api/v1/accounts/{id}/sign-in-link': ({ params }) => ({ link: `/sign-in?link=${new_link(params.id)}`, expires_at: new Date(Date.now() + 8.64e7).toISOString() }),
  'GET /api/v1/officers': () => ({ items: Object.values(people) }),
  'GET /api/v1/purposes': () => ({ purposes, offences }),
  'GET /api/v1/cases': ({ query }) => page(cases.filter((c) => (query.get('open') === null || String(c.open) === query.get('open')) && `${c.number} ${c.title}`.toLowerCase().includes((query.get('q') ?? '').toLowerCase())), query),
  'POST /api/v1/cases': ({ session, body }) => {
    const purpose = purposes.find((p) => p.code === body.purpose);
    if (!purpose || purpose.forbidden) throw denied(session, purpose?.rule_id ?? 'house/allowed-purposes', `"${purpose?.label ?? body.purpose}" is no purpose that this town allows.`, 'Millbrook Falls Ordinance 2026-14 §5(b)', { sentence: 'Choose one of the allowed purposes.', action: 'none' });
    const sheet = { id: id_of('case'), ...body, open: true, assigned_to_me: true, opened_at: new Date().toISOString(), opened_by: session.officer.name, officers: Object.values(people).filter((p) => body.officer_ids.includes(p.id)), plates: [], descriptions: [] };
    delete sheet.officer_ids;
    cases.unshift(sheet);
    return sheet;
  },
  'GET /api/v1/cases/{id}': ({ params }) => found(cases, params.id),
  'PATCH /api/v1/cases/{id}': ({ params, body: { officer_ids, ...rest } }) => Object.assign(found(cases, params.id), rest, officer_ids ? { officers: Object.values(people).filter((p) => officer_ids.includes(p.id)) } : {}),
  'POST /api/v1/cases/{id}/plates': sheet_item('plates'),
  'DELETE /api/v1/cases/{id}/plates/{item}': sheet_item('plates'),
  'POST /api/v1/cases/{id}/descriptions': sheet_item('descriptions'),
  'DELETE /api/v1/cases/{id}/descriptions/{item}': sheet_item('descriptions'),
  'GET /api/v1/cases/{id}/holds': ({ params }) => ({ items: found(cases, params.id).holds ?? [], longest_until: new Date(Date.now() + 365 * 8.64e7).toISOString() }),
  'POST /api/v1/cases/{id}/holds': ({ session, params, body }) => {
    const sheet = found(cases, params.id);
    const { camera_id, captured_at, has_picture } = found(reads, body.read_id);
    const ledger_index = log.append('hold.place', [field('officer', session.officer.id), field('case', sheet.number)]);
    const hold = { id: id_of('hold'), ...body, camera_id, camera_name: found(cameras, camera_id).name, captured_at, has_picture, placed_by: session.officer.name, placed_at: new Date().toISOString(), until: new Date(Date.now() + 365 * 8.64e7).toISOString(), ledger_index };
    sheet.holds = [hold, ...(sheet.holds ?? [])];
    return hold;
  },
  'POST /api/v1/cases/{id}/holds/{item}/lift': ({ session, params, body }) => {
    const ledger_index = log.append('hold.lift', [field('officer', session.officer.id)]);
    return Object.assign(found(found(cases, params.id).holds ?? [], params.item), { ended_at: new Date().toISOString(), ended_by: session.officer.name, end_reason: body.reason, end_ledger_index: ledger_index });
  },
  'GET /api/v1/cameras': () => ({ items: cameras }),
  'POST /api/v1/cameras': ({ body }) => {
    const camera = { id: id_of('cam'), ...body, enabled: true, state: 'never-seen', reads_last_hour: 0, has_token: false };
    cameras.push(camera);
    return camera;
  },
  'GET /api/v1/cameras/{id}': ({ params }) => camera_health(found(cameras, params.id)),
  'PATCH /api/v1/cameras/{id}': change(cameras),
  'POST /api/v1/cameras/{id}/token': ({ params }) => {
    found(cameras, params.id).has_token = true;
    const token = `gh_${randomBytes(24).toString('base64url')}`;
    return { token, command: `glasshouse camera --server http://127.0.0.1:8080 --token ${token} rtsp://camera.local/stream` };
  },
  'GET /api/v1/map': map,
  'GET /api/v1/live': ({ session, query }) => ({ items: reads.slice(0, Number(query.get('limit') ?? 50)).map((r) => live_item(session, r)) }),
  'GET /api/v1/reads/{id}': ({ session, params, query }) => {
    if (!query.get('case_id')) must_work(session);
    return found(reads, params.id);
  },
  'GET /api/v1/reads/{id}/picture': ({ session, params, query, ctx }) => {
    if (!query.get('case_id')) must_work(session);
    ctx.type = 'image/svg+xml';
    return picture_of(found(reads, params.id), false);
  },
  'GET /api/v1/reads/{id}/preview': ({ params, ctx }) => {
    ctx.type = 'image/svg+xml';
    return picture_of(found(reads, params.id), true);
  },
  'POST /api/v1/reads/{id}/corrections': ({ session, params, body }) => {
    const read = found(reads, params.id);
    read.corrections.push({ id: id_of('cor'), ...body, by: session.officer.name, at: new Date().toISOString() });
    return read;
  },
  'POST /api/v1/search': search,
  'GET /api/v1/hotlists': () => ({ items: hotlists }),
  'POST /api/v1/hotlists': ({ body }) => {
    const list = { id: id_of('hot'), zero_rule: 'distinct', source: { kind: 'plain', files: [], term_days: 30, whole: false, warn_after_minutes: 0, stop_after_minutes: 0, folder: '', audience: [], second_look: false }, freshness: { state: 'unlimited' }, ...body, entries: 0, active_entries: 0, updated_at: new Date().toISOString() };
    hotlists.push(list);
    return list;
  },
  'PATCH /api/v1/hotlists/{id}': change(hotlists),
  'DELETE /api/v1/hotlists/{id}': ({ params }) => void hotlists.splice(hotlists.indexOf(found(hotlists, params.id)), 1),
  'GET /api/v1/hotlists/{id}/pulls': () => ({ items: [] }),
  'GET /api/v1/hotlist-files': () => ({ items: hotlist_files }),
  'GET /api/v1/hotlists/{id}/source': ({ params }) => found(hotlists, params.id).source,
  'PUT /api/v1/hotlists/{id}/source': ({ params, body }) => {
    log.append('hotlist.source', [field('count', 1, 'at-once')]);
    return (found(hotlists, params.id).source = { files: [], term_days: 30, whole: false, warn_after_minutes: 0, stop_after_minutes: 0, folder: '', audience: [], second_look: false, ...body });
  },
  'GET /api/v1/hotlists/{id}/entries': list_entries,
  'POST /api/v1/hotlists/{id}/entries': ({ session, params, body }) => {
    if (!/^[A-Z0-9?*]{2,10}$/i.test(body.plate)) throw bad_field('plate', 'Letters, digits, ? and * only; 2 to 10 of them.');
    const entry = { id: id_of('ent'), hotlist_id: params.id, ...body, plate: body.plate.toUpperCase(), pattern: /[?*]/.test(body.plate), active: true, added_by: session.officer.name, added_at: new Date().toISOString() };
    entries.unshift(entry);
    return entry;
  },
  'PATCH /api/v1/hotlists/{id}/entries/{item}': change(entries),
  'POST /api/v1/hotlists/{id}/import': import_preview,
  'POST /api/v1/hotlists/{id}/import/{preview}/commit': ({ session, params }) => {
    const preview = previews.get(params.preview);
    if (!preview) throw new Refusal(410, 'preview-gone', 'This preview is over.', { next: 'Read the file again.' });
    previews.delete(params.preview);
    preview.sample.forEach((row) => entries.unshift({ id: id_of('ent'), hotlist_id: params.id, ...row, pattern: /[?*]/.test(row.plate), active: true, added_by: session.officer.name, added_at: new Date().toISOString() }));
    return { added: preview.sample.length, changed: 0, removed: 0, ledger_index: log.append('hotlist.import', [field('added', preview.sample.length, 'at-once')]) };
  },
  'GET /api/v1/alerts': ({ query }) => {
    const pending_first = alerts.filter((a) => !query.get('state') || a.state === query.get('state')).sort((a, b) => (b.state === 'pending') - (a.state === 'pending') || (a.state === 'pending' ? b.rank - a.rank : 0) || (a.created_at < b.created_at ? 1 : -1));
    return page(pending_first.map(alert_summary), query);
  },
  'GET /api/v1/alerts/{id}': ({ params }) => found(alerts, params.id),
  'GET /api/v1/alerts/{id}/picture': ({ params, ctx }) => {
    ctx.type = 'image/svg+xml';
    return picture_of(found(alerts, params.id).read, false);
  },
  'POST /api/v1/alerts/{id}/decision': decide,
  'POST /api/v1/alerts/{id}/outcome': ({ session, params, body }) => {
    const alert = found(alerts, params.id);
    if (alert.state !== 'confirmed') throw new Refusal(409, 'wrong-state', 'Only a confirmed alert has an outcome.');
    alert.state = 'closed';
    alert.outcome = { by: session.officer.name, at: new Date().toISOString(), ...body, ledger_index: log.append('alert.outcome', [field('outcome', body.code, 'after-24h')]) };
    return alert;
  },
  'GET /api/v1/ledger/entries': ({ session, query }) => {
    const before = Math.min(log.size, Number(query.get('before') ?? log.size));
    const limit = Number(query.get('limit') ?? 50);
    const items = log.entries.slice(Math.max(0, before - limit), before).reverse().map((e) => ledger_view(session, e));
    return { items, next_before: before - limit > 0 ? before - limit : undefined, size: log.size };
  },
  'GET /api/v1/ledger/entries/{index}': ({ session, params }) => {
    const entry = log.entries[Number(params.index)];
    if (!entry) throw not_found();
    return ledger_view(session, entry);
  },
  'GET /api/v1/ledger/entries/{index}/proof': ({ params }) => {
    if (!log.entries[Number(params.index)]) throw not_found();
    return log.proof(Number(params.index));
  },
  'GET /api/v1/ledger/checkpoint': () => log.checkpoint(),
  '!GET /log/checkpoint': ({ ctx }) => {
    ctx.type = 'text/plain; charset=utf-8';
    return log.checkpoint().note;
  },
  'POST /api/v1/try-picture': () => ({
    width: 1280,
    height: 720,
    reads: [{ plate: reading_of('BHX3094', 'US-OH'), corners: [{ x: 560, y: 452 }, { x: 728, y: 452 }, { x: 728, y: 516 }, { x: 560, y: 516 }], vehicle: { body: 'sedan', color: 'blue', make: 'unknown', body_confidence: 0.93, color_confidence: 0.88 }, vehicle_box: { x: 330, y: 190, w: 620, h: 400 } }],
    timing_ms: { decode: 6.1, find_vehicles: 48.2, find_plates: 31.7, read_plates: 12.4, total: 99.1 },
  }),
  'GET /api/v1/channels': () => ({ items: channels }),
  'POST /api/v1/channels': ({ body }) => {
    const channel = { id: id_of('chn'), enabled: true, parts: ['hotlist', 'camera'], quiet_from_min: 0, quiet_until_min: 0, days: 127, cooldown_s: 0, camera_ids: [], states: ['pending'], made_at: new Date().toISOString(), ...body };
    channels.push(channel);
    return { channel, secret: randomBytes(32).toString('base64url') };
  },
  'PUT /api/v1/channels/{id}': ({ params, body }) => Object.assign(found(channels, params.id), body),
  'DELETE /api/v1/channels/{id}': ({ params }) => void channels.splice(channels.indexOf(found(channels, params.id)), 1),
  'POST /api/v1/channels/{id}/test': ({ params }) => {
    const delivery = { id: id_of('dlv'), state: 'delivered', made_at: new Date().toISOString(), done_at: new Date().toISOString(), attempts: 1, status: 204, sentence: 'Delivered.' };
    (found(channels, params.id).log ??= []).unshift(delivery);
    return delivery;
  },
  'GET /api/v1/channels/{id}/deliveries': ({ params }) => ({ items: found(channels, params.id).log ?? [] }),
  'GET /api/v1/me/push': () => ({ key: push_key, items: browsers }),
  'POST /api/v1/me/push': ({ body: { name, endpoint } }) => {
    const browser = { id: id_of('chn'), name, endpoint, enabled: true, parts: ['hotlist', 'camera'], quiet_from_min: 0, quiet_until_min: 0, days: 127, cooldown_s: 0, camera_ids: [], states: ['pending'], made_at: new Date().toISOString() };
    browsers.push(browser);
    return browser;
  },
  'PUT /api/v1/me/push/{id}': ({ params, body }) => Object.assign(found(browsers, params.id), body),
  'DELETE /api/v1/me/push/{id}': ({ params }) => void browsers.splice(browsers.indexOf(found(browsers, params.id)), 1),
  'GET /api/v1/me/push/{id}/deliveries': () => ({ items: [] }),
  'GET /api/v1/settings': () => settings,
  'PUT /api/v1/settings': ({ body }) => Object.assign(settings, body),
  'GET /api/v1/overview': () => ({ reads_today: 11_482, reads_kept: 163_907, oldest_read_day: new Date(Date.now() - 14 * 8.64e7).toISOString().slice(0, 10), alerts_pending: alerts.filter((a) => a.state === 'pending').length, cameras_total: cameras.length, cameras_ok: cameras.filter((c) => c.state === 'ok').length, ledger_size: log.size, retained_days: settings.retained_days, alarms: [] }),
  'POST /api/v1/ingest/heartbeat': nothing,
};
export { alert_summary };
