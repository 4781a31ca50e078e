import { describe, expect, it } from 'vitest';
import { bar_at, bars_of, bin_width_ms } from './timeline';

const hour = (h: number): string => new Date(Date.UTC(2026, 10, 22, h)).toISOString();

describe('bars', () => {
  it('puts quiet hours back', () => {
    const bars = bars_of([{ from: hour(1), count: 2 }, { from: hour(2), count: 1 }, { from: hour(5), count: 4 }]);
    expect(bars.map((b) => b.count)).toEqual([2, 1, 0, 0, 4]);
  });
  it('takes bins in any order and loses no count', () => {
    const bins = [{ from: hour(9), count: 3 }, { from: hour(1), count: 2 }, { from: hour(2), count: 5 }];
    expect(bars_of(bins).reduce((n, b) => n + b.count, 0)).toBe(10);
    expect(bars_of(bins, {}, 3).reduce((n, b) => n + b.count, 0)).toBe(10);
    expect(bars_of(bins, {}, 3).length).toBeLessThanOrEqual(3);
  });
  it('finds the width that fits all distances', () => {
    const at = (minutes: number): { from: string; count: number } => ({ from: new Date(minutes * 60_000).toISOString(), count: 1 });
    expect(bin_width_ms([at(0), at(45), at(75)])).toBe(15 * 60_000);
    expect(bin_width_ms([at(75), at(0), at(45)])).toBe(15 * 60_000);
  });
  it('handles none and one', () => {
    expect(bars_of([])).toEqual([]);
    expect(bars_of([{ from: hour(1), count: 7 }])).toHaveLength(1);
    expect(bin_width_ms([{ from: hour(1), count: 7 }])).toBe(3_600_000);
  });
  it('shows the whole time that was asked for', () => {
    const bins = [{ from: hour(9), count: 3 }, { from: hour(10), count: 2 }];
    const bars = bars_of(bins, { from: '2026-11-22T06:30:00Z', to: '2026-11-22T12:10:00Z' });
    expect(bars.map((b) => b.count)).toEqual([0, 0, 0, 3, 2, 0, 0]);
    expect(bars[0]?.from).toBe(Date.parse(hour(6)));
  });
  it('finds the bar of a moment', () => {
    const bars = bars_of([{ from: hour(1), count: 2 }, { from: hour(2), count: 1 }]);
    expect(bar_at(bars, '2026-11-22T02:59:59Z')).toBe(1);
    expect(bar_at(bars, '2026-11-22T03:00:00Z')).toBe(-1);
  });
});
