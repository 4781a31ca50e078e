import { describe, expect, it } from 'vitest';
import { type LiveItem, passes, with_new } from './live';

const item = (id: string, over: Partial<LiveItem['masked']> = {}): LiveItem => ({
  masked: {
    id,
    camera_id: 'cam_1',
    captured_at: '2026-11-22T10:00:00.000Z',
    plate_chars: 7,
    region: 'US-OH',
    vehicle: { body: 'sedan', color: 'red', make: 'unknown' },
    has_picture: true,
    ...over,
  },
});
const ids = (items: LiveItem[]) => items.map((i) => i.masked.id).join('');

describe('with_new', () => {
  it('puts new reads first and shows none twice', () => {
    expect(ids(with_new([item('b'), item('a')], [item('c'), item('b')]))).toBe('cba');
  });
  it('forgets the oldest beyond its bound', () => {
    expect(ids(with_new([item('b'), item('a')], [item('c')], 2))).toBe('cb');
  });
});

describe('passes', () => {
  it('takes every part of the filter together', () => {
    const read = item('a');
    expect(passes(read, {})).toBe(true);
    expect(passes(read, { camera: 'cam_1', color: 'red', body: 'sedan' })).toBe(true);
    expect(passes(read, { camera: 'cam_1', color: 'blue' })).toBe(false);
    expect(passes(read, { camera: 'cam_2' })).toBe(false);
    expect(passes(read, { body: 'suv' })).toBe(false);
  });
});
