import { expect, it } from 'vitest';
import { GAP_MS, legs_of } from './track';

const at = (id: string, minutes: number, lat: number): { id: string; at: number; lat: number; lon: number } => ({
  id, at: minutes * 60_000, lat, lon: 0,
});

it('joins sightings in the order of time and marks long silences', () => {
  const legs = legs_of([at('c', 60, 3), at('a', 0, 1), at('b', 10, 2)]);
  expect(legs.map((l) => [l.from.id, l.to.id, l.gap])).toEqual([['a', 'b', false], ['b', 'c', true]]);
});

it('draws nothing between two reads of one camera', () => {
  expect(legs_of([at('a', 0, 1), at('b', 1, 1)])).toEqual([]);
});

it('counts exactly the limit as no gap', () => {
  expect(legs_of([at('a', 0, 1), { ...at('b', 0, 2), at: GAP_MS }])[0]?.gap).toBe(false);
});
