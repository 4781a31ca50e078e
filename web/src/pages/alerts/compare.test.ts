import { describe, expect, it } from 'vitest';
import { compare_plates } from './compare';

const marks = (flags: boolean[]) => flags.map((f) => (f ? 'x' : '.')).join('');
const compared = (wanted: string, read: string) => {
  const { wanted: w, read: r, differences } = compare_plates(wanted, read);
  return `${marks(w)} ${marks(r)} ${differences}`;
};

describe('compare_plates', () => {
  it('marks nothing when all letters agree', () => {
    expect(compared('JKT8820', 'JKT8820')).toBe('....... ....... 0');
  });
  it('marks the character that differs on both sides', () => {
    expect(compared('JKT8820', 'JKT882O')).toBe('......x ......x 1');
    expect(compared('HZB4107', 'HZ84107')).toBe('..x.... ..x.... 1');
  });
  it('takes ? for any one character and * for any run', () => {
    expect(compared('LQD72?1', 'LQD7241')).toBe('....... ....... 0');
    expect(compared('A*1', 'ABC1')).toBe('... .... 0');
    expect(compared('A*', 'A')).toBe('.. . 0');
  });
  it('marks one missing character, not everything behind it', () => {
    expect(compared('JKT8820', 'JT8820')).toBe('.x..... ...... 1');
    expect(compared('JT8820', 'JKT8820')).toBe('...... .x..... 1');
  });
  it('holds for empty sides', () => {
    expect(compared('', '')).toBe('  0');
    expect(compared('AB', '')).toBe('xx  2');
  });
});
