// Several reads of one passing: the same plate, or what a reader mistakes it for, at one camera within a minute of the
// next. The list shows the surest of them and how many more there are.

import { class_text } from './plate';
import { plate_of } from './Results';
import type { Read } from './useSearch';

export const PASSING_MS = 60_000;

export interface Passing {
  lead: Read;
  /** Newest first, without the lead. */
  others: Read[];
}

const key_of = (r: Read): string | undefined => {
  const text = plate_of(r)?.text;
  return text ? `${r.camera_id} ${class_text(text)}` : undefined;
};

/** `reads` newest first; so are the passings, by their newest read. */
export function passings_of(reads: readonly Read[], within_ms = PASSING_MS): Passing[] {
  const groups: Read[][] = [];
  const open = new Map<string, Read[]>();
  for (const read of reads) {
    const key = key_of(read);
    const group = key === undefined ? undefined : open.get(key);
    const before = group?.at(-1);
    if (group && before && Date.parse(before.captured_at) - Date.parse(read.captured_at) <= within_ms) group.push(read);
    else {
      const fresh = [read];
      groups.push(fresh);
      if (key !== undefined) open.set(key, fresh);
    }
  }
  return groups.map((group) => {
    const lead = group.reduce((best, r) => ((r.plate?.confidence ?? 0) > (best.plate?.confidence ?? 0) ? r : best));
    return { lead, others: group.filter((r) => r !== lead) };
  });
}

/** What the list shows: a line a passing, and below an open one its other reads. */
export function lines_of(passings: readonly Passing[], open: ReadonlySet<string>): Read[] {
  return passings.flatMap((p) => (open.has(p.lead.id) ? [p.lead, ...p.others] : [p.lead]));
}
