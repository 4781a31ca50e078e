// Statute packs to Cedar, written from docs/formats/statute-pack.md with a TOML reader of others.
import { parse } from 'smol-toml';

const LEVELS = ['federal', 'state', 'locality', 'agency', 'camera'];
// Lightest first; "any" is a case without an offence that is known, or no case.
export const GRAVITIES = ['any', 'misdemeanour', 'gross-misdemeanour', 'felony', 'violent-felony', 'danger-to-life'];

export function read_pack(text) {
  return parse(text);
}

const named = (table) => Object.entries(table ?? {});
const set = (items) => `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
const metres = (text) => {
  if (text === 'boundary') return 0;
  const [count, unit] = text.split(' ');
  return Number(count) * (unit === 'km' ? 1000 : 1);
};
export const minutes = (text) => {
  const [count, unit] = text.split(' ');
  const of = { minute: 1, hour: 60, day: 1440, month: 30 * 1440, year: 365 * 1440 };
  return Number(count) * of[unit.replace(/s$/, '')];
};
const brought = { nothing: 'true', attestation: '(context.attested || context.order)', order: 'context.order', never: 'false' };

// Policies of one pack: { id: Cedar text }.
export function policies_of(pack) {
  const found = {};
  const cameras = pack.level === 'camera' ? ` && (context.all_cameras || context.cameras.containsAny(${set(pack.cameras)}))` : '';
  const forbid = (name, when) => { found[`${pack.id}/${name}`] = `forbid (principal, action, resource) when { (${when})${cameras} };`; };
  if (pack.permitted) forbid('purposes', `context.uses_purpose && !${set(pack.permitted.purposes)}.contains(context.case.purpose)`);
  for (const [name, rule] of named(pack.forbid)) forbid(`forbid-${name}`, `context.uses_purpose && ${set(rule.purposes)}.contains(context.case.purpose)`);
  if (pack.offence) forbid('offence', `context.case_work && context.gravity < ${GRAVITIES.indexOf(pack.offence.least)}`);
  for (const [kind, rule] of named(pack.recipients)) {
    const met = rule.states
      ? `(if ${set(rule.states)}.contains(context.state) then ${brought[rule.states_need]} else ${brought[rule.needs]})`
      : brought[rule.needs];
    forbid(`recipient-${kind}`, `context.kind == "${kind}" && !${met}`);
  }
  const rows = named(pack.reach).map(([name, rule]) => ({ name, least: GRAVITIES.indexOf(name), rule })).sort((a, b) => a.least - b.least);
  rows.forEach(({ name, least, rule }, i) => {
    const below = i + 1 < rows.length ? ` && context.gravity < ${rows[i + 1].least}` : '';
    forbid(`reach-${name}`, `context.case_work && context.gravity >= ${least}${below} && ` +
      `(context.agencies > ${rule.agencies} || context.reach_m > ${metres(rule.distance)})`);
  });
  for (const [asks, rule] of named(pack.questions)) {
    forbid(`question-${asks}`, `context.case_work && context.asks == "${asks}" && context.gravity < ${GRAVITIES.indexOf(rule.least)}`);
  }
  for (const state of ['unmatched', 'hit']) {
    const rule = pack.retention?.[state];
    if (rule && minutes(rule.at_most) >= 1440) forbid(`retention-${state}`, `context has keep_days && context.keep_days > ${minutes(rule.at_most) / 1440}`);
  }
  for (const [kind, rule] of named(pack.places)) {
    const near = `context.near["${kind}"]`;
    forbid(`place-${kind}`, `action == Action::"manage-cameras" && context.near has "${kind}" && ${near}.distance_m <= ${metres(rule.within)}` +
      (rule.consent_lifts ? ` && !${near}.consent` : ''));
  }
  return found;
}

// The strict default for what the state's pack does not speak of.
export function stand_in(strict, state) {
  if (!state) return strict;
  const rest = structuredClone(strict);
  for (const table of ['retention', 'recipients', 'questions', 'places']) {
    for (const key of Object.keys(state[table] ?? {})) delete rest[table]?.[key];
  }
  for (const whole of ['reach', 'permitted', 'offence']) {
    if (state[whole]) delete rest[whole];
  }
  return rest;
}

// What holds on a day: one pack a level (the later in the list), of level camera any number; none that has ended.
export function in_force(packs, strict, day) {
  const slots = new Map();
  for (const pack of packs) slots.set(pack.level === 'camera' ? `camera/${pack.id}` : pack.level, pack);
  const holding = [...slots.values()].filter((pack) => !pack.ends || day < String(pack.ends.toISOString()).slice(0, 10));
  const state = holding.find((pack) => pack.level === 'state');
  if (state?.id !== strict.id) holding.push(stand_in(strict, state));
  return holding.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}
