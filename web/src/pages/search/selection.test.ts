import { describe, expect, it } from 'vitest';
import { keep, lit, move_of, NOTHING, step } from './selection';

const ids = ['a', 'b', 'c'];

describe('moving', () => {
  it('starts at the first and stops at the ends', () => {
    let s = step(NOTHING, ids, 'next');
    expect(s.focused).toBe('a');
    s = step(s, ids, 'previous');
    expect(s.focused).toBe('a');
    s = step(s, ids, 'last');
    expect(s.focused).toBe('c');
    expect(step(s, ids, 'next').focused).toBe('c');
    expect(step(s, ids, 'page-up').focused).toBe('a');
    expect(step(s, ids, 'first').focused).toBe('a');
  });
  it('takes the open drawer along', () => {
    let s = step(step(NOTHING, ids, 'next'), ids, 'open');
    expect(s.open).toBe('a');
    s = step(s, ids, 'next');
    expect(s.open).toBe('b');
    s = step(s, ids, 'close');
    expect(s).toMatchObject({ focused: 'b', open: undefined });
    expect(step(s, ids, 'next').open).toBeUndefined();
  });
  it('opens the first when nothing has focus, and survives an empty list', () => {
    expect(step(NOTHING, ids, 'open')).toMatchObject({ focused: 'a', open: 'a' });
    expect(step(NOTHING, [], 'next')).toBe(NOTHING);
  });
  it('maps keys', () => {
    expect(move_of('j')).toBe('next');
    expect(move_of('k')).toBe('previous');
    expect(move_of('Enter')).toBe('open');
    expect(move_of('Escape')).toBe('close');
    expect(move_of('x')).toBeUndefined();
  });
});

it('lights the hovered read before the focused one', () => {
  expect(lit({ focused: 'a', hovered: 'b', open: undefined })).toBe('b');
  expect(lit({ focused: 'a', hovered: undefined, open: undefined })).toBe('a');
});

it('drops what the new results no longer hold', () => {
  expect(keep({ focused: 'a', hovered: 'z', open: 'z' }, ids)).toEqual({ focused: 'a', hovered: undefined, open: undefined });
});
