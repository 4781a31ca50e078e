// Joins sightings of one vehicle in the order of time. Nobody knows what lies between two cameras, so a leg is a
// straight hint, and a long silence is a gap, drawn dashed.

import type { Place } from './geo';

export interface Sighting extends Place {
  id: string;
  at: number; // UTC ms
}
export interface Leg {
  from: Sighting;
  to: Sighting;
  gap: boolean;
}

export const GAP_MS = 20 * 60_000; // longer than any drive between two cameras of one town

export function legs_of(sightings: readonly Sighting[], gap_ms = GAP_MS): Leg[] {
  const ordered = [...sightings].sort((a, b) => a.at - b.at);
  const legs: Leg[] = [];
  ordered.forEach((to, i) => {
    const from = ordered[i - 1];
    if (!from || (from.lat === to.lat && from.lon === to.lon)) return;
    legs.push({ from, to, gap: to.at - from.at > gap_ms });
  });
  return legs;
}
