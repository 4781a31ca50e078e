import type { Schemas } from '@/api/client';
import { time_text } from '@/ui';

type Draft = Schemas['NewHotlistEntry'];

export interface FieldChange {
  field: string;
  before: string;
  after: string;
}

const FIELDS: readonly (readonly [keyof Draft, string])[] = [
  ['reason', 'Reason'],
  ['case_number', 'Case'],
  ['color', 'Color'],
  ['body', 'Body'],
  ['make', 'Make'],
  ['note', 'Note'],
];

/** What an import would change on an entry, field by field. */
export function changed_fields(before: Draft, after: Draft, zone: string): FieldChange[] {
  const changes = FIELDS.filter(([name]) => (before[name] ?? '') !== (after[name] ?? '')).map(([name, field]) => ({ field, before: before[name] || 'nothing', after: after[name] || 'nothing' }));
  if (Date.parse(before.expires_at) !== Date.parse(after.expires_at)) changes.push({ field: 'Ends', before: time_text(before.expires_at, zone, 'full', Date.now()), after: time_text(after.expires_at, zone, 'full', Date.now()) });
  return changes;
}
