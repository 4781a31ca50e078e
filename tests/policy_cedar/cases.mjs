// Random packs and random questions, from a seed.
export function random_from(seed) {
  let state = seed >>> 0;
  const next = () => {  // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, chance: (p) => next() < p, pick: (list) => list[below(list.length)], some: (list, p) => list.filter(() => next() < p) };
}

export const ROLES = ['officer', 'supervisor', 'administrator', 'auditor', 'dispatcher'];
export const CASE_WORK = ['search-reads', 'view-read', 'view-picture', 'live-reads', 'export-reads', 'correct-read'];
export const ACTIONS = ['none', ...CASE_WORK, 'view-alerts', 'decide-alert', 'record-outcome', 'list-cases', 'manage-case', 'view-hotlists',
  'manage-hotlists', 'view-cameras', 'manage-cameras', 'upload-reads', 'manage-accounts', 'manage-settings', 'view-ledger', 'audit-ledger',
  'try-picture', 'manage-sharing', 'view-masked', 'order-desk', 'check-order', 'use-exigent', 'judge-exigent'];
export const PERMITTED = ['stolen-vehicle', 'missing-person', 'amber-alert', 'human-trafficking', 'violent-crime', 'felony-investigation', 'burglary',
  'hit-and-run', 'wanted-person-warrant', 'welfare-check', 'emergency-response'];
export const FORBIDDEN = {
  'immigration-enforcement': 'no-immigration', 'traffic-enforcement': 'no-traffic', 'protest-activity': 'no-protected-activity',
  'reproductive-care': 'no-reproductive-care', 'protected-class-only': 'no-protected-class', harassment: 'no-harassment', personal: 'no-personal',
  'background-check': 'no-background', 'debt-or-repossession': 'no-commercial', 'sale-or-marketing': 'no-commercial',
};
// The gravity of every offence: its place in packs.mjs' list.
export const OFFENCES = {
  homicide: 4, 'sexual-assault': 4, robbery: 4, 'aggravated-assault': 4, 'simple-assault': 1, kidnapping: 4, 'human-trafficking': 4, arson: 3,
  burglary: 3, larceny: 1, 'theft-from-vehicle': 2, 'motor-vehicle-theft': 3, 'stolen-property': 2, fraud: 2, weapons: 2, 'drug-felony': 3,
  'hit-and-run': 2, eluding: 3, 'protective-order': 2, 'escape-or-warrant': 2, 'missing-person': 5, welfare: 5, 'other-felony': 3, 'no-such': 0, '': 0,
};
const KINDS = ['in-state', 'out-of-state', 'federal', 'private'];
const DEMANDS = ['nothing', 'attestation', 'order', 'never'];
const STATES = ['US-MA', 'US-NY', 'US-RI', 'US-NV'];
const PLACES = ['court', 'food-bank', 'health-care', 'immigration-facility', 'library', 'school', 'worship'];
const NAMES = ['', 'Millbrook PD', 'Hill County Sheriff', 'Rice County', 'ICE', 'U.S. Border Patrol', 'F.B.I. Reno', 'federal task force', 'Boston PD',
  'A Bank', 'I.C.E.', 'Homeland Security Investigations', 'secret  service', 'Iceland Ave HOA', 'DEA-TF 4'];
const DAY_MS = 86_400_000;

const table = (name, rows) => `[${name}]\n${rows.join('\n')}\ncite = "c"\n`;
const list = (items) => `[${items.map((item) => `"${item}"`).join(', ')}]`;

export function random_pack(random, level, number) {
  const { pick, chance, some, below } = random;
  const out = [];
  const time = () => pick(['3 minutes', '20 hours', '1 day', '7 days', '21 days', '2 months', '1 year']);
  if (level !== 'camera') {
    if (chance(0.7)) out.push(table('retention.unmatched', [`at_most = "${time()}"`]));
    if (chance(0.6)) out.push(table('retention.hit', [`at_most = "${pick(['1 day', '10 days', '3 months'])}"`]));
  } else if (chance(0.5)) out.push(table('retention.unmatched', ['at_most = "2 minutes"']));
  const codes = some(PERMITTED, 0.8);
  if (chance(0.35) && codes.length) out.push(table('permitted', [`purposes = ${list(codes)}`]));
  for (let n = 0; n < below(3); ++n) out.push(table(`forbid.f${n}`, [`purposes = ${list([pick([...PERMITTED, ...Object.keys(FORBIDDEN)])])}`]));
  if (chance(0.25)) out.push(table('offence', [`least = "${pick(['misdemeanour', 'gross-misdemeanour', 'felony'])}"`]));
  for (const kind of some(KINDS, 0.4)) {
    const rows = [`needs = "${pick(DEMANDS)}"`];
    const states = some(STATES, 0.3);
    if (states.length) rows.push(`states = ${list(states)}`, `states_need = "${pick(DEMANDS)}"`);
    out.push(table(`recipients.${kind}`, rows));
  }
  if (chance(0.5)) {
    let agencies = 1 + below(3), km = 5 + below(40);
    for (const gravity of ['any', ...some(['misdemeanour', 'gross-misdemeanour', 'felony', 'violent-felony', 'danger-to-life'], 0.4)]) {
      out.push(table(`reach.${gravity}`, [`agencies = ${agencies}`, `distance = "${km} km"`]));
      agencies += below(10);
      km += below(100);
    }
  }
  for (const asks of some(['route', 'meet', 'convoy'], 0.4)) {
    out.push(table(`questions.${asks}`, [`least = "${pick(['misdemeanour', 'gross-misdemeanour', 'felony', 'violent-felony', 'danger-to-life'])}"`]));
  }
  for (const kind of some(PLACES, 0.3)) {
    out.push(table(`places.${kind}`, [`within = "${pick(['boundary', '50 m', '200 m'])}"`, `consent_lifts = ${chance(0.5)}`]));
  }
  return [`format = 1`, `id = "r-${level}-${number}"`, `title = "Random"`, `level = "${level}"`, `jurisdiction = "R"`, 'version = 1',
    'effective = 2026-01-01', ...(chance(0.15) ? [`ends = ${pick(['2026-11-01', '2026-11-24', '2027-01-01'])}`] : []),
    'review = "not reviewed by counsel"', ...(level === 'camera' ? [`cameras = ${list(['cam_1', ...some(['cam_2', 'cam_3'], 0.5)])}`] : []),
    '[citations.c]', 'text = "None"', 'mark = "house rule"', ''].join('\n') + out.join('');
}

// What the program is asked, as one line of JSON.
export function random_question(random) {
  const { pick, chance, below } = random;
  const now = Date.UTC(2026, 10, 24) + below(DAY_MS);
  const good = chance(0.7);  // mostly what an officer really asks, so that allows are not rare
  const q = {
    now, retained_days: pick([1, 7, 21, 30]), action: good ? pick([...CASE_WORK, ...CASE_WORK, 'manage-cameras', 'manage-settings', 'order-desk', 'check-order', 'use-exigent', 'judge-exigent']) : pick(ACTIONS),
    role: pick(ROLES), active: good || chance(0.7), names: '', kind: pick(['', 'own']), state: '', attested: chance(0.4),
    agencies: pick([1, 1, 1, 2, 5, 20]), reach_m: pick([0, 0, 3000, 5000, 50_000, 120_000]), cameras: chance(0.5) ? [] : [pick(['cam_1', 'cam_2', 'cam_9'])],
    near: [], plate: pick(['', 'ABC1234', 'XYZ9']), asks: pick(['reads', 'reads', 'reads', 'route', 'meet', 'convoy']),
  };
  if (good) q.role = q.action === 'manage-cameras' || q.action === 'manage-settings' ? 'administrator' : pick(['officer', 'supervisor']);
  if (chance(0.45)) {
    q.names = pick(NAMES);
    q.kind = pick(['', 'own', ...KINDS, ...KINDS, 'neighbour']);
    if (chance(0.6)) q.state = pick(STATES);
  }
  if (chance(good ? 0.9 : 0.6)) {
    q.case = { open: good || chance(0.7), assigned: good || chance(0.7), number: good || chance(0.8) ? '24-1' : '', fresh: chance(0.3),
      purpose: chance(good ? 0.9 : 0.5) ? pick(PERMITTED) : pick([...Object.keys(FORBIDDEN), 'no-such', '']), offence: pick(Object.keys(OFFENCES)), exigent: chance(0.2), opened_by: pick(['u', 'w']) };
  }
  if (chance(0.3)) {
    const fits = chance(0.6);  // else the question may lie outside of it
    q.order = { verified: chance(0.8), expires_at: now + pick([-1, 0, 1, DAY_MS, DAY_MS]), by_judge: chance(0.7), entered_by: pick(['u', 'w']),
      agency: chance(0.8) ? q.names : pick(NAMES), plates: fits ? [] : pick([[], ['ABC1234'], ['ABC1234', 'XYZ9']]),
      cameras: fits ? [] : pick([[], ['cam_1'], ['cam_1', 'cam_2']]) };
    if (!fits && chance(0.6)) q.order.from = now - pick([3_600_000, 3_600_001, 3_599_999]);
    if (!fits && chance(0.6)) q.order.to = now + pick([-1, 0, 1]);
    if (fits || chance(0.5)) q.asks = 'reads';
  }
  if (chance(0.4)) q.trained_until = now + pick([-DAY_MS, -1, 0, 1, DAY_MS, DAY_MS, DAY_MS]);
  if (chance(0.5)) {
    const oldest = now - (now % DAY_MS) - (q.retained_days - 1) * DAY_MS;
    q.from = pick([oldest, oldest - 1, oldest + 1, now - 3_600_000]);
    if (chance(0.5)) q.to = pick([now, q.from, q.from - 1]);
  }
  if (chance(0.2)) q.keep_days = pick([1, 7, 10, 21, 22, 60, 90, 365]);
  if (chance(0.4)) {
    for (const kind of random.some(PLACES, 0.25)) q.near.push({ kind, distance_m: pick([0, 50, 51, 200, 201]), consent: chance(0.5) });
  }
  if (chance(0.35)) from_elsewhere(random, q, chance(0.75));
  else if (chance(0.1)) Object.assign(q, { regional: true, in_region: chance(0.5) });
  return q;
}

// Makes the question one of another agency's officer, mostly one that is near to being allowed.
function from_elsewhere(random, q, near) {
  const { pick, chance, some } = random;
  q.other_agency = pick(['b', 'c']);
  if (near) Object.assign(q, { ...pick([{ action: 'search-reads', role: 'officer' }, { action: 'search-reads', role: 'officer' }, { action: 'manage-hotlists', role: 'supervisor' }]), names: 'Hill County Sheriff', kind: 'in-state', cameras: [pick(['cam_1', 'cam_2'])] });
  for (const flag of ['onward', 'barred', 'stopped', 'regional']) q[flag] = chance(near ? 0.06 : 0.3);
  q.in_region = chance(0.5);
  if (!chance(near ? 0.95 : 0.5)) return;
  const day = 86_400_000, minute = Math.floor(q.now / 60_000) % 1440;
  const starts_at = q.now - pick([0, -1, 1, 10 * day]);
  q.grant = {
    to: near && chance(0.95) ? q.other_agency : pick(['b', 'c']), cameras: some(['cam_1', 'cam_2', 'cam_3'], near ? 0.9 : 0.5),
    purposes: near ? some(PERMITTED, 0.9) : some([...PERMITTED, ...Object.keys(FORBIDDEN)], 0.4),
    from_minute: pick([0, 0, minute, minute + 1, 1320]), until_minute: pick([1440, 1440, minute, minute + 1, 360]), minute_now: minute,
    starts_at, ends_at: pick([starts_at + 366 * day, starts_at + 366 * day + 1, starts_at + 200 * day, q.now, q.now + 1, q.now - 1]),
    offered: near || chance(0.8), accepted: chance(near ? 0.95 : 0.7), revoked: chance(near ? 0.05 : 0.3), lists: chance(0.5),
  };
}
