import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventStream, useConnection, useEvent, useReconnected, wait_before_ms } from './events';

class FakeSource {
  static all: FakeSource[] = [];
  static readonly CLOSED = 2;
  readyState = 0;
  onopen?: () => void;
  onerror?: () => void;
  private listeners = new Map<string, (event: { data: string }) => void>();
  constructor(readonly url: string) {
    FakeSource.all.push(this);
  }
  addEventListener(name: string, listener: (event: { data: string }) => void) {
    this.listeners.set(name, listener);
  }
  say(name: string, value: unknown) {
    this.listeners.get(name)?.({ data: JSON.stringify(value) });
  }
  close() {
    this.readyState = 2;
  }
}
const latest = () => {
  const source = FakeSource.all.at(-1);
  if (!source) throw new Error('no stream was opened');
  return source;
};

beforeEach(() => {
  FakeSource.all = [];
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeSource);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function Listener({ on_read, on_back }: { on_read: (id: string) => void; on_back: () => void }) {
  useEvent('read', (item) => on_read(item.masked.id));
  useReconnected(on_back);
  return <p>{useConnection()}</p>;
}

describe('EventStream', () => {
  it('hands events on, says when it is lost, comes back and tells', () => {
    const on_read = vi.fn();
    const on_back = vi.fn();
    render(
      <EventStream scope="a">
        <Listener on_read={on_read} on_back={on_back} />
      </EventStream>,
    );
    act(() => latest().onopen?.());
    expect(screen.getByText('connected')).toBeTruthy();
    act(() => latest().say('read', { masked: { id: 'read_1' } }));
    expect(on_read).toHaveBeenCalledWith('read_1');

    act(() => latest().onerror?.());
    expect(screen.getByText('reconnecting')).toBeTruthy();
    expect(FakeSource.all).toHaveLength(1);
    act(() => vi.advanceTimersByTime(1_000));
    expect(FakeSource.all).toHaveLength(2);
    expect(on_back).not.toHaveBeenCalled();
    act(() => latest().onopen?.());
    expect(on_back).toHaveBeenCalledTimes(1);
  });
  it('opens anew when the permit changes', () => {
    const { rerender } = render(<EventStream scope="a">x</EventStream>);
    const first = latest();
    rerender(<EventStream scope="b">x</EventStream>);
    expect([first.readyState, FakeSource.all.length]).toEqual([2, 2]);
  });
});

describe('wait_before_ms', () => {
  it('doubles to its bound', () => {
    expect([0, 1, 2, 5, 50].map((n) => wait_before_ms(n, 1))).toEqual([1_000, 2_000, 4_000, 30_000, 30_000]);
    expect(wait_before_ms(0, 0)).toBe(500);
  });
});
