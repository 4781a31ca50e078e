// What the mock remembers while it runs.
import { Log } from './log.mjs';
import { cameras, center, id_of, may, new_read, people } from './town.mjs';

export const town = { name: 'Millbrook Falls', agency: 'Millbrook Falls Police Department', agency_id: 'OH0760300', timezone: 'America/New_York', center };
const now = Date.now();
const iso = (ms) => new Date(ms).toISOString();
const hour_ms = 3.6e6;
const day_ms = 24 * hour_ms;

export const log = new Log('glasshouse.example/millbrook-falls');
const field = (name, value, release = 'restricted') => ({ name, value: String(value), release });
log.append('server.start', [field('version', '1.0.0', 'at-once')], iso(now - 14 * day_ms));
for (let i = 0; i < 400; ++i) {
  const at = iso(now - 14 * day_ms + (i / 400) * 14 * day_ms);
  if (i % 29 === 0) log.append('retention.purge', [field('day', at.slice(0, 10), 'at-once'), field('reads', 8000 + i * 7, 'at-once')], at);
  else if (i % 7 === 0) log.append('hotlist.import', [field('added', 3 + (i % 9), 'at-once'), field('removed', i % 4, 'at-once'), field('officer', people.supervisor.id)], at);
  else if (i % 5 === 0) log.append('denied', [field('action', 'search-reads', 'after-24h'), field('rule', 'house/case-required', 'after-24h'), field('officer', people.officer.id)], at);
  else
    log.append('search', [field('purpose', 'stolen-vehicle', 'after-24h'), field('agency', town.agency_id, 'after-24h'), field('cameras', 12, 'after-24h'), field('results', i % 18, 'after-24h'), field('officer', people.officer.id), field('case', `26-10${i % 60}`)], at);
}

export const accounts = Object.values(people).map((p, i) => ({ ...p, active: true, locked: i === 4, created_at: iso(now - 40 * day_ms), last_sign_in_at: iso(now - i * 7 * hour_ms) }));

const summary = (number, purpose, offence, title, days, open = true, mine = true) => ({ id: id_of('case'), number, purpose, offence, title, open, assigned_to_me: mine, opened_at: iso(now - days * day_ms) });
const sheet = (head, plates = [], descriptions = []) => ({ ...head, opened_by: people.supervisor.name, officers: [people.officer, people.supervisor], plates, descriptions });
const sheet_plate = (plate, region, note) => ({ id: id_of('item'), plate, region, note, added_by: people.officer.name, added_at: iso(now - day_ms) });
export const cases = [
  sheet(summary('26-1041', 'stolen-vehicle', '240', 'Silver pickup taken from Depot Street', 0.4), [sheet_plate('JKT8820', 'US-OH', 'owner gave it by telephone')], [{ id: id_of('item'), text: 'Dented tailgate, roof rack', color: 'silver', body: 'pickup', added_by: people.officer.name, added_at: iso(now - day_ms) }]),
  sheet(summary('26-1038', 'missing-person', '100', 'Missing since Thursday: blue hatchback', 2), [sheet_plate('HZB4107', 'US-OH')]),
  sheet(summary('26-1022', 'felony-investigation', '120', 'Robbery at the Quarry Lane pharmacy', 6)),
  sheet(summary('26-0977', 'felony-investigation', '13A', 'Assault at the fairground lot', 19, false)),
];

export const hotlist_files = [
  { letter: 'A', file: 'amber', label: 'AMBER alert', standing: 'taken' },
  { letter: 'N', file: 'immigration-violator', label: 'Immigration violator', standing: 'never' },
  { letter: 'T', file: 'gang-or-terrorist', label: 'Gang or terrorist', standing: 'on-request' },
  { letter: 'V', file: 'stolen-vehicle', label: 'Stolen vehicle', standing: 'taken' },
];
const plain = { kind: 'plain', files: [], term_days: 30, whole: false, warn_after_minutes: 0, stop_after_minutes: 0, folder: '', audience: [], second_look: false };
export const hotlists = [
  { id: id_of('hot'), name: 'Stolen vehicles (state file)', description: 'Imported every morning.', zero_rule: 'distinct', entries: 4, active_entries: 4, updated_at: iso(now - 6 * hour_ms), source: plain, freshness: { state: 'unlimited' } },
  { id: id_of('hot'), name: 'Missing and endangered', zero_rule: 'o-is-zero', entries: 2, active_entries: 1, updated_at: iso(now - 30 * hour_ms), source: plain, freshness: { state: 'unlimited' } },
];
const entry = (list, plate, reason, case_number, more = {}) => ({ id: id_of('ent'), hotlist_id: list.id, plate, pattern: /[?*]/.test(plate), reason, case_number, expires_at: iso(now + 9 * day_ms), active: true, added_by: people.supervisor.name, added_at: iso(now - 3 * day_ms), ...more });
export const entries = [
  entry(hotlists[0], 'JKT8820', 'Stolen vehicle', '26-1041', { region: 'US-OH', color: 'silver', body: 'pickup', make: 'ford' }),
  entry(hotlists[0], 'GRB5018', 'Stolen vehicle', '26-1019', { region: 'US-OH', color: 'white', body: 'sedan', note: 'Taken with keys; approach with a second car.' }),
  entry(hotlists[0], 'LQD72?1', 'Stolen plate', '26-1007', { region: 'US-PA' }),
  entry(hotlists[0], 'MDX0033', 'Used in a robbery', '26-1022', { region: 'US-OH', color: 'black', body: 'suv' }),
  entry(hotlists[1], 'HZB4107', 'Missing person', '26-1038', { region: 'US-OH', color: 'blue', body: 'hatchback' }),
  entry(hotlists[1], 'FTW2290', 'Missing person', '26-0911', { expires_at: iso(now - day_ms), active: false }),
];

export const reads = [];
for (let i = 0; i < 400; ++i) reads.push(new_read(now - i * 11_000 - 3_000));

const verdict = (field_name, wanted, read) => ({ field: field_name, wanted: wanted || 'unknown', read, verdict: !wanted || wanted === 'unknown' || read === 'unknown' ? 'unknown' : wanted === read ? 'same' : 'different' });
const decision_codes = [
  { code: 'same-vehicle', label: 'The same vehicle: everything agrees', decision: 'confirm' },
  { code: 'same-with-doubt', label: 'The same vehicle, one point could not be seen', decision: 'confirm' },
  { code: 'misread', label: 'The camera misread a character', decision: 'reject' },
  { code: 'other-region', label: 'Same letters, another state', decision: 'reject' },
  { code: 'other-vehicle', label: 'Plate agrees, the vehicle does not', decision: 'reject' },
  { code: 'stale-entry', label: 'The list is out of date', decision: 'reject' },
];
const outcome_codes = [
  { code: 'stopped-recovered', label: 'Stopped: vehicle recovered' },
  { code: 'stopped-released', label: 'Stopped: nothing wrong, released' },
  { code: 'not-found', label: 'Not found' },
  { code: 'no-action', label: 'No action taken' },
];
export function new_alert(wanted, kind, fixed, ago_ms = 0) {
  const read = new_read(now - ago_ms, { plate: wanted.plate.replace('?', '4'), region: wanted.region, color: wanted.color, body: wanted.body, make: wanted.make, ...fixed });
  reads.push(read);
  const camera = cameras.find((c) => c.id === read.camera_id);
  return {
    id: id_of('alert'),
    state: 'pending',
    kind,
    rank: { exact: 1, pattern: 0.7, possible: 0.4 }[kind],
    created_at: read.captured_at,
    reads: 1,
    last_read_at: read.captured_at,
    read,
    camera,
    entry: wanted,
    hotlist_name: hotlists.find((h) => h.id === wanted.hotlist_id).name,
    list_stale: false,
    get looks_needed() {
      return this.state === 'pending' ? 1 : 0;
    },
    agreements: [
      { field: 'plate', wanted: wanted.plate, read: read.plate.text, verdict: wanted.pattern || wanted.plate === read.plate.text ? 'same' : 'different' },
      verdict('region', wanted.region, read.plate.region),
      verdict('body', wanted.body, read.vehicle.body),
      verdict('color', wanted.color, read.vehicle.color),
      verdict('make', wanted.make, read.vehicle.make),
    ],
    decision_codes,
    outcome_codes,
  };
}
export const alerts = [
  new_alert(entries[0], 'exact', {}, 95_000),
  new_alert(entries[4], 'possible', { plate: 'HZ84107', color: 'blue', body: 'hatchback', make: 'unknown' }, 240_000),
  new_alert(entries[2], 'pattern', { color: 'red', body: 'sedan' }, 610_000),
  new_alert(entries[1], 'exact', { region: 'US-PA', color: 'white', body: 'suv' }, 1_300_000),
  new_alert(entries[3], 'exact', {}, 9_000_000),
  new_alert(entries[0], 'possible', { plate: 'JKT882O', color: 'gray', body: 'sedan' }, 19_000_000),
];
const decide = (alert, decision, reason_code, outcome) => {
  alert.state = outcome ? 'closed' : decision === 'confirm' ? 'confirmed' : 'rejected';
  const at = iso(Date.parse(alert.created_at) + 70_000);
  alert.decision = { by: people.dispatcher.name, at, decision, reason_code, ledger_index: log.append(`alert.${decision}`, [field('reason', reason_code, 'after-24h')], at) };
  if (outcome) alert.outcome = { by: people.officer.name, at: iso(Date.parse(at) + 1.5e6), code: outcome, ledger_index: log.append('alert.outcome', [field('outcome', outcome, 'after-24h')]) };
};
decide(alerts[4], 'confirm', 'same-vehicle', 'stopped-recovered');
decide(alerts[5], 'reject', 'misread');
reads.sort((a, b) => (a.captured_at < b.captured_at ? 1 : -1));

export const settings = { agency_name: town.agency, town_name: town.name, timezone: town.timezone, retained_days: 14, zero_rule: 'distinct' };
export const sessions = new Map();
export const links = new Map();
export { field, may, people, cameras };
