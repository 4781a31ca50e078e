import { describe, expect, it } from 'vitest';
import { lines_of, passings_of } from './passings';
import { hours_of, type Read } from './useSearch';

const read = (id: string, second: number, text: string | undefined, confidence = 0.9, camera_id = 'a') =>
  ({
    id, camera_id, captured_at: new Date(Date.UTC(2026, 10, 24, 12, 0, second)).toISOString(), corrections: [],
    ...(text ? { plate: { text, region: 'us-va', confidence } } : {}),
  }) as unknown as Read;

describe('reads of one passing', () => {
  it('stand as one line, the surest first', () => {
    const found = passings_of([read('c', 50, 'AB8', 0.5), read('b', 20, 'ABB', 0.9), read('a', 0, 'AB8', 0.7)]);
    expect(found.map((p) => [p.lead.id, p.others.map((r) => r.id)])).toEqual([['b', ['c', 'a']]]);
    expect(lines_of(found, new Set()).map((r) => r.id)).toEqual(['b']);
    expect(lines_of(found, new Set(['b'])).map((r) => r.id)).toEqual(['b', 'c', 'a']);
  });
  it('end with a minute of silence, another camera, another plate, or no plate', () => {
    const found = passings_of([
      read('f', 300, 'AB8'), read('e', 200, 'AB8'), read('d', 190, 'AB8', 0.9, 'b'), read('c', 180, 'XY1'), read('b', 170, undefined), read('a', 169, undefined),
    ]);
    expect(found.map((p) => p.lead.id)).toEqual(['f', 'e', 'd', 'c', 'b', 'a']);
  });
});

describe('the hours of a wide answer', () => {
  it('counts each hour', () => {
    expect(hours_of([read('b', 4000, 'A'), read('a', 2, 'A'), read('c', 1, 'A')])).toEqual([
      { from: '2026-11-24T12:00:00.000Z', count: 2 },
      { from: '2026-11-24T13:00:00.000Z', count: 1 },
    ]);
  });
});
