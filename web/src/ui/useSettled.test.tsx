import { act, renderHook } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { useSettled } from './useSettled';

afterEach(() => vi.useRealTimers());

it('passes over what does not stand', () => {
  vi.useFakeTimers();
  const { result, rerender } = renderHook(({ value }) => useSettled(value, 100), { initialProps: { value: 'a' } });
  expect(result.current).toBe('a');
  rerender({ value: 'b' });
  act(() => void vi.advanceTimersByTime(60));
  rerender({ value: 'c' });
  act(() => void vi.advanceTimersByTime(60));
  expect(result.current).toBe('a');
  act(() => void vi.advanceTimersByTime(60));
  expect(result.current).toBe('c');
});
