import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/client';
import { is_digest, plates_of, standing } from './words';

const order = (state: Schemas['OrderState'], run_out = false) => ({ state, run_out }) as Schemas['Order'];

describe('an order in words', () => {
  it('says what stands behind it', () => {
    expect(standing(order('entered')).word).toBe('Waits for a check');
    expect(standing(order('checked')).word).toBe('In force');
    expect(standing(order('checked', true)).word).toBe('Run out');
    expect(standing(order('withdrawn', true)).word).toBe('Withdrawn');
    expect(standing(order('refused')).word).toBe('Refused');
  });
  it('takes plates as they are pasted', () => {
    expect(plates_of('ghx 4471, ABC1234\n\n XYZ-9 ;')).toEqual(['ghx 4471', 'ABC1234', 'XYZ-9']);
    expect(plates_of(' \n')).toEqual([]);
  });
  it('knows a digest', () => {
    expect(is_digest('a'.repeat(64))).toBe(true);
    expect(is_digest('A'.repeat(64))).toBe(false);
    expect(is_digest('a'.repeat(63))).toBe(false);
  });
});
