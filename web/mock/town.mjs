// The mock's invented town: cameras, people, traffic. Nothing here is real.
import { randomBytes } from 'node:crypto';

export const center = { lat: 40.7312, lon: -81.1056 };
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
export const id_of = (kind) => `${kind}_${Array.from(randomBytes(26), (b) => alphabet[b % 32]).join('')}`;
export const pick = (list) => list[Math.floor(Math.random() * list.length)];
const weighted = (pairs) => {
  let at = Math.random() * pairs.reduce((sum, [, w]) => sum + w, 0);
  return pairs.find(([, w]) => (at -= w) < 0)?.[0] ?? pairs[0][0];
};

const corners = [
  ['Main & 3rd, eastbound', 0.0012, -0.0021, 90],
  ['Main & 3rd, westbound', 0.0013, -0.0016, 270],
  ['Mill Road bridge', 0.0091, 0.0042, 20],
  ['Falls Avenue at the library', -0.0044, 0.0031, 140],
  ['Route 62 north gate', 0.0188, -0.0012, 0],
  ['Route 62 south gate', -0.0195, 0.0008, 180],
  ['Depot Street crossing', -0.0028, -0.0112, 250],
  ['Quarry Lane', 0.0066, -0.0161, 300],
  ['Hospital entrance', -0.0101, 0.0093, 60],
  ['Fairground lot', 0.0039, 0.0157, 110],
  ['School Street (no school hours)', -0.0072, -0.0048, 200],
  ['Water works', 0.0142, 0.0119, 330],
];
export const cameras = corners.map(([name, lat, lon, bearing], i) => ({
  id: id_of('cam'),
  name,
  place: { lat: center.lat + lat, lon: center.lon + lon },
  bearing_deg: bearing,
  view_angle_deg: 42,
  enabled: i !== 11,
  state: i === 11 ? 'disabled' : i === 7 ? 'away' : i === 9 ? 'quiet' : 'ok',
  last_read_at: i === 11 ? undefined : new Date(Date.now() - (i === 7 ? 5.2e6 : i === 9 ? 1.9e6 : 4e4)).toISOString(),
  last_contact_at: i === 11 ? undefined : new Date(Date.now() - (i === 7 ? 5.1e6 : 9e3)).toISOString(),
  reads_last_hour: i === 11 || i === 7 ? 0 : i === 9 ? 3 : 40 + ((i * 37) % 90),
  description: i === 10 ? 'Switched off by schedule while school is in.' : undefined,
  has_token: true,
}));

const person = (name, login, role) => ({ id: id_of('off'), name, login, role });
export const people = {
  officer: person('Dana Whitfield', 'dwhitfield', 'officer'),
  supervisor: person('Luis Ortega', 'lortega', 'supervisor'),
  administrator: person('Priya Natarajan', 'pnatarajan', 'administrator'),
  auditor: person('Helen Brandt', 'hbrandt', 'auditor'),
  dispatcher: person('Marcus Lee', 'mlee', 'dispatcher'),
};
const everyone = ['view-cameras', 'view-ledger', 'list-cases'];
const at_work = [...everyone, 'view-masked', 'live-reads', 'search-reads', 'view-read', 'view-picture', 'correct-read', 'view-alerts', 'decide-alert', 'record-outcome', 'manage-case', 'view-hotlists', 'try-picture'];
export const may = {
  officer: at_work,
  supervisor: [...at_work, 'manage-hotlists'],
  dispatcher: at_work,
  administrator: [...everyone, 'view-masked', 'manage-accounts', 'manage-settings', 'manage-cameras', 'view-hotlists', 'manage-hotlists', 'try-picture'],
  auditor: [...everyone, 'audit-ledger'],
};

export const purposes = [
  ['stolen-vehicle', 'Stolen vehicle', false],
  ['missing-person', 'Missing or endangered person', false],
  ['felony-investigation', 'Felony investigation', false],
  ['misdemeanor-investigation', 'Misdemeanor investigation', false],
  ['amber-alert', 'AMBER or silver alert', false],
  ['immigration', 'Civil immigration enforcement', true],
  ['protest', 'Presence at a protest or place of worship', true],
  ['reproductive-care', 'Seeking or giving reproductive care', true],
  ['personal', 'Personal interest', true],
].map(([code, label, forbidden]) => ({
  code,
  label,
  forbidden,
  rule_id: forbidden ? `house/forbidden-purpose/${code}` : 'house/allowed-purposes',
  citation: forbidden ? 'Millbrook Falls Ordinance 2026-14 §5(b)' : 'Millbrook Falls Ordinance 2026-14 §5(a)',
}));
export const offences = [
  ['240', 'Motor vehicle theft'],
  ['120', 'Robbery'],
  ['100', 'Kidnapping or abduction'],
  ['13A', 'Aggravated assault'],
  ['90Z', 'Other offense'],
].map(([code, label]) => ({ code, label }));

const regions = [['US-OH', 78], ['US-PA', 9], ['US-WV', 4], ['US-MI', 3], ['US-IN', 3], ['unknown', 3]];
const colors = [['white', 22], ['black', 20], ['gray', 18], ['silver', 14], ['blue', 10], ['red', 8], ['green', 2], ['brown', 2], ['yellow', 1], ['unknown', 3]];
const shapes = [['sedan', 32], ['suv', 30], ['pickup', 18], ['hatchback', 8], ['van', 5], ['minivan', 4], ['truck', 3], ['bus', 1], ['motorcycle', 1], ['unknown', 2]];
const makes = [['toyota', 14], ['ford', 16], ['chevrolet', 14], ['honda', 12], ['jeep', 6], ['nissan', 7], ['unknown', 30]];
const alike = { 0: 'OD', O: '0D', 8: 'B', B: '8', 1: 'I', I: '1', 5: 'S', S: '5', 2: 'Z', Z: '2', 6: 'G', G: '6' };
const letter = () => 'ABCDEFGHJKLMNPRSTUVWXYZ'[Math.floor(Math.random() * 23)];
const digit = () => String(Math.floor(Math.random() * 10));

export const some_plate = (region) => {
  const shape = { 'US-PA': 'LLLDDDD', 'US-WV': 'LDDLDDD', 'US-MI': 'DLLLDD', 'US-IN': 'DDDLLL' }[region] ?? 'LLLDDDD';
  return shape.replace(/[LD]/g, (c) => (c === 'L' ? letter() : digit()));
};

export function reading_of(text, region) {
  const characters = text.split('').map((value) => {
    const like = alike[value];
    const confidence = like && Math.random() < 0.35 ? 0.5 + Math.random() * 0.35 : 0.93 + Math.random() * 0.069;
    const alternatives = like && confidence < 0.9 ? like.split('').map((v, i) => ({ value: v, confidence: (1 - confidence) * (i ? 0.25 : 0.7) })) : [];
    return { value, confidence, alternatives };
  });
  const confidence = characters.reduce((p, c) => p * c.confidence, 1);
  return {
    text,
    confidence,
    box: { x: 560, y: 452, w: 168, h: 64 },
    region,
    region_confidence: region === 'unknown' ? undefined : 0.9,
    characters,
    candidates: [{ text, confidence }],
  };
}

export function new_read(at_ms = Date.now(), fixed = {}) {
  const region = fixed.region ?? weighted(regions);
  const camera = fixed.camera ?? pick(cameras.filter((c) => c.state === 'ok'));
  const no_plate = !fixed.plate && Math.random() < 0.05;
  return {
    id: id_of('read'),
    camera_id: camera.id,
    captured_at: new Date(at_ms).toISOString(),
    plate: no_plate ? undefined : reading_of(fixed.plate ?? some_plate(region), region),
    vehicle: { body: fixed.body ?? weighted(shapes), color: fixed.color ?? weighted(colors), make: fixed.make ?? weighted(makes), view: pick(['rear', 'front']), ...(!no_plate && Math.random() < 0.05 ? { features: ['temporary-plate'] } : {}) },
    vehicle_box: { x: 330, y: 190, w: 620, h: 400 },
    has_picture: true,
    picture_width: 1280,
    picture_height: 720,
    corrections: [],
  };
}

export const masked_of = (read) => ({
  id: read.id,
  camera_id: read.camera_id,
  captured_at: read.captured_at,
  plate_chars: read.plate?.text.length ?? 0,
  region: read.plate?.region ?? 'unknown',
  vehicle: read.vehicle,
  has_picture: read.has_picture,
});

/** A drawing of the read: enough to see the page at work. Blurred, it has no plate at all. */
export function picture_of(read, blurred) {
  const paint = { unknown: '#77797c', silver: '#b9bfc4', gray: '#74797e', white: '#eceeee', black: '#1d1f22', red: '#a3262a', blue: '#274f93', green: '#2d6145', brown: '#5f4532', yellow: '#d9b62c' }[read.vehicle.color] ?? '#888';
  const tall = ['suv', 'van', 'minivan', 'truck', 'bus', 'pickup'].includes(read.vehicle.body) ? 60 : 0;
  const plate = read.plate && !blurred
    ? `<rect x="560" y="452" width="168" height="64" rx="8" fill="#f3f1e6" stroke="#333" stroke-width="3"/><text x="644" y="501" font-family="sans-serif" font-weight="600" font-size="44" textLength="146" lengthAdjust="spacingAndGlyphs" text-anchor="middle" fill="#1a2c55">${read.plate.text}</text>`
    : '';
  const filter = blurred ? '<filter id="b" x="0" y="0" width="1" height="1"><feGaussianBlur stdDeviation="22"/></filter>' : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 720" width="1280" height="720">${filter}<g${blurred ? ' filter="url(#b)"' : ''}>
<rect width="1280" height="300" fill="#9aa7ab"/><rect y="120" width="1280" height="190" fill="#6f7d72"/><path d="M0 300h1280v420H0Z" fill="#4b4e52"/><path d="M610 300h60l60 420H550Z" fill="#55585c"/>
<ellipse cx="640" cy="598" rx="350" ry="30" fill="#2c2e30"/>
<path d="M400 ${250 - tall} h480 l70 150 v170 q0 20-20 20 H350 q-20 0-20-20 V400Z" fill="${paint}"/><path d="M425 ${270 - tall} h430 l48 110 H378Z" fill="#23303a"/>
<rect x="345" y="420" width="110" height="42" rx="8" fill="#7c1518"/><rect x="825" y="420" width="110" height="42" rx="8" fill="#7c1518"/><rect x="340" y="530" width="600" height="34" fill="#23262a"/>
<rect x="370" y="570" width="90" height="46" rx="10" fill="#151618"/><rect x="820" y="570" width="90" height="46" rx="10" fill="#151618"/>${plate}</g></svg>`;
}
