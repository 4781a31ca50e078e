import { describe, expect, it } from 'vitest';
import { is_time, last_day } from './words';

describe('hours', () => {
  it('takes times of a day and its end, nothing else', () => {
    for (const good of ['00:00', '06:30', '23:59', '24:00']) expect(is_time(good)).toBe(true);
    for (const bad of ['6:30', '24:01', '25:00', '12:60', '12.30', '']) expect(is_time(bad)).toBe(false);
  });
});

describe('the last day of a grant', () => {
  it('is twelve months on', () => {
    expect(last_day(new Date('2026-11-28T12:00:00Z'))).toBe('2027-11-28');
    expect(last_day(new Date('2028-02-29T12:00:00Z'))).toBe('2029-03-01');
  });
});
