import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { TrainingNotice } from './TrainingNotice';

afterEach(cleanup);
const at = (time: string) => new Date(time);

describe('TrainingNotice', () => {
  it('is silent while there is time', () => {
    render(<TrainingNotice until="2027-06-30" now={at('2026-11-28T12:00:00Z')} />);
    expect(screen.queryByRole('status')).toBeNull();
  });
  it('warns in the last month, to the end of the last day', () => {
    render(<TrainingNotice until="2026-11-28" now={at('2026-11-28T23:59:59Z')} />);
    expect(screen.getByRole('status').textContent).toContain('holds until 2026-11-28');
  });
  it('says that it ran out', () => {
    render(<TrainingNotice until="2026-11-28" now={at('2026-11-29T00:00:01Z')} />);
    expect(screen.getByRole('status').textContent).toContain('ran out on 2026-11-28');
  });
});
