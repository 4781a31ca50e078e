import { describe, expect, it } from 'vitest';
import { apply_zero_rule, class_text, detect_mode, fold, misreads_of, pattern_matches, plate_problem } from './plate';

describe('typed text', () => {
  it('folds what people type', () => {
    expect(fold(' kd9·p-4 c.')).toBe('KD9P4C');
  });
  it('takes wildcards as a sign of the wildcard mode', () => {
    expect(detect_mode('KD9*', 'exact')).toBe('wildcard');
    expect(detect_mode('K?9', 'contains')).toBe('wildcard');
    expect(detect_mode('KD9', 'contains')).toBe('contains');
  });
  it('leaves the wildcard mode when the wildcards go', () => {
    expect(detect_mode('KD9', 'wildcard')).toBe('exact');
  });
  it('says what is wrong', () => {
    expect(plate_problem('', 'exact')).toBeUndefined();
    expect(plate_problem('AB-123', 'exact')).toBeUndefined();
    expect(plate_problem('AB_123', 'exact')).toContain('_');
    expect(plate_problem('ABCDEFGHIJK', 'exact')).toContain('10');
    expect(plate_problem('AB*', 'prefix')).toContain('wildcard');
    expect(plate_problem('**', 'wildcard')).toContain('*');
    expect(plate_problem('A'.repeat(17), 'wildcard')).toContain('16');
  });
});

describe('patterns', () => {
  it.each([
    ['KD9P4C', 'KD9P4C', true],
    ['KD9P4', 'KD9P4C', false],
    ['KD?P4C', 'KD9P4C', true],
    ['KD?P4C', 'KDP4C', false],
    ['KD*', 'KD', true],
    ['*4C', 'KD9P4C', true],
    ['K*9*C', 'KD9P4C', true],
    ['K*9*D', 'KD9P4C', false],
    ['*A*B', 'AXBXB', true],
  ])('%s against %s is %s', (pattern, plate, expected) => {
    expect(pattern_matches(pattern, plate)).toBe(expected);
  });
});

describe('misreads', () => {
  it('counts a class and lists single changes first', () => {
    const { total, shown } = misreads_of('AB0', 10);
    expect(total).toBe(2 * 4 - 1);
    expect(shown.slice(0, 4).sort()).toEqual(['A80', 'ABD', 'ABO', 'ABQ']);
    expect(new Set(shown).size).toBe(7);
    expect(shown).not.toContain('AB0');
  });
  it('stays within its limit on the worst plate', () => {
    const { total, shown } = misreads_of('0000000000', 12);
    expect(total).toBe(4 ** 10 - 1);
    expect(shown).toHaveLength(12);
  });
  it('says nothing of patterns or of plates without doubtful characters', () => {
    expect(misreads_of('A?0', 5)).toEqual({ total: 0, shown: [] });
    expect(misreads_of('KPX', 5)).toEqual({ total: 0, shown: [] });
  });
});

it('gives plates of one class one text', () => {
  expect(class_text('jkt-882O')).toBe(class_text('JKTB8Z0'));
  expect(class_text('JKT8820')).not.toBe(class_text('JKT8821'));
});

it("applies the agency's zero rule", () => {
  expect(apply_zero_rule('oB-10', 'o-is-zero')).toBe('0B10');
  expect(apply_zero_rule('OB10', 'distinct')).toBe('OB10');
});
