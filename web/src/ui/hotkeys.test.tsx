import { cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useHotkeys } from './hotkeys';

afterEach(cleanup);
function Keys({ group = 'Test', keys }: { group?: string; keys: Record<string, () => void> }) {
  useHotkeys(
    group,
    Object.entries(keys).map(([name, run]) => ({ keys: name, label: name, run })),
  );
  return <input aria-label="field" />;
}
const press = (key: string, target: Element = document.body, more = {}) => fireEvent.keyDown(target, { key, ...more });

describe('useHotkeys', () => {
  it('runs single keys, either of several, and pairs', () => {
    const next = vi.fn();
    const go = vi.fn();
    const c = vi.fn();
    render(<Keys keys={{ 'j | ArrowDown': next, 'g c': go, c }} />);
    press('j');
    press('ArrowDown');
    expect(next).toHaveBeenCalledTimes(2);
    press('g');
    press('c');
    expect(go).toHaveBeenCalledTimes(1);
    expect(c).not.toHaveBeenCalled();
    press('c');
    expect(c).toHaveBeenCalledTimes(1);
  });
  it('leaves typing and the browser’s own keys alone', () => {
    const j = vi.fn();
    const { getByLabelText } = render(<Keys keys={{ j }} />);
    press('j', getByLabelText('field'));
    press('j', document.body, { ctrlKey: true });
    expect(j).not.toHaveBeenCalled();
  });
  it('is silent behind a dialog', () => {
    const j = vi.fn();
    render(
      <>
        <Keys keys={{ j }} />
        <div role="dialog" />
      </>,
    );
    press('j');
    expect(j).not.toHaveBeenCalled();
  });
  it('gives the key to the last that asked for it, and back when that goes', () => {
    const page = vi.fn();
    const panel = vi.fn();
    const { rerender } = render(
      <>
        <Keys keys={{ Escape: page }} />
        <Keys keys={{ Escape: panel }} />
      </>,
    );
    press('Escape');
    rerender(
      <>
        <Keys keys={{ Escape: page }} />
      </>,
    );
    press('Escape');
    expect([page.mock.calls.length, panel.mock.calls.length]).toEqual([1, 1]);
  });
});
