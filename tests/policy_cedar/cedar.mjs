// Cedar as the second evaluator.
import { readFileSync } from 'node:fs';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { CASE_WORK, FORBIDDEN, OFFENCES, PERMITTED } from './cases.mjs';
import { policies_of } from './packs.mjs';

const house = Object.fromEntries([...readFileSync(new URL('house.cedar', import.meta.url), 'utf8').matchAll(/@id\("([^"]+)"\)\s*([^;]+;)/g)]
  .map(([, id, text]) => [id, text]));

// A federal body in the name, whatever its dots and case.
const FEDERAL = /\b(ice|cbp|dhs|hsi|ero|uscis|fbi|dea|atf|usms|uscg|tsa|secret service|border patrol|homeland security|immigration|federal)\b/;
export function names_federal(name) {
  const words = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim();
  return FEDERAL.test(words(name)) || FEDERAL.test(words(name.replaceAll('.', '')));
}

let sets = 0;
export class Judge {
  constructor(packs) {
    this.id = `set${++sets}`;
    const staticPolicies = { ...house };
    for (const pack of packs) Object.assign(staticPolicies, policies_of(pack));
    this.policies = Object.keys(staticPolicies).length;
    const parsed = cedar.preparsePolicySet(this.id, { staticPolicies });
    if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors, null, 1));
  }

  // { allowed, rules: sorted ids of the rules that decided it }
  judge(q) {
    const runs = q.order !== undefined && q.order.verified && q.now < q.order.expires_at;
    const context = {
      uses_purpose: q.case !== undefined && (CASE_WORK.includes(q.action) || q.case.fresh),
      case_work: CASE_WORK.includes(q.action), gravity: q.case ? OFFENCES[q.case.offence] : 0, kind: q.kind, named: q.names !== '',
      names_federal: names_federal(q.names), names: q.names, plate: q.plate, state: q.state, attested: q.attested || runs,
      order: runs && q.order.by_judge, agencies: q.agencies, asks: q.asks, reach_m: q.reach_m,
      all_cameras: q.cameras.length === 0, cameras: q.cameras,
      now: q.now, onward: !!q.onward, barred: !!q.barred, stopped: !!q.stopped, regional: !!q.regional, in_region: !!q.in_region,
      near: Object.fromEntries(q.near.map(({ kind, ...rest }) => [kind, rest])),
      oldest: q.now - (q.now % 86_400_000) - (q.retained_days - 1) * 86_400_000,
    };
    if (q.case) {
      context.case = { open: q.case.open, assigned: q.case.assigned, numbered: q.case.number !== '', purpose: q.case.purpose,
        known: PERMITTED.includes(q.case.purpose) || q.case.purpose in FORBIDDEN, house_forbids: FORBIDDEN[q.case.purpose] ?? '', exigent: q.case.exigent, opened_by: q.case.opened_by };
    }
    if (q.order) {
      const { verified, expires_at, entered_by, agency, plates, cameras, from, to } = q.order;
      context.brought = { verified, run_out: q.now >= expires_at, entered_by, agency, names_plates: plates.length > 0, plates,
        names_cameras: cameras.length > 0, cameras };
      if (from !== undefined) context.brought.from = from;
      if (to !== undefined) context.brought.to = to;
    }
    for (const name of ['from', 'to', 'keep_days', 'grant']) if (q[name] !== undefined) context[name] = q[name];
    const answer = cedar.statefulIsAuthorized({
      principal: { type: 'User', id: 'u' }, action: { type: 'Action', id: q.action }, resource: { type: 'House', id: 'h' }, context,
      preparsedPolicySetId: this.id,
      entities: [{ uid: { type: 'User', id: 'u' }, attrs: { role: q.role, active: q.active, ...(q.trained_until === undefined ? {} : { trained_until: q.trained_until }), name: 'u', other: q.other_agency !== undefined, agency: q.other_agency ?? 'a' }, parents: [] }],
    });
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors));
    const { decision, diagnostics } = answer.response;
    if (diagnostics.errors.length) throw new Error(JSON.stringify(diagnostics.errors));
    return { allowed: decision === 'allow', rules: [...diagnostics.reason].sort() };
  }
}
