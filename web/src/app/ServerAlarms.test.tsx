import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { AlarmList } from './ServerAlarms';

afterEach(cleanup);

describe('AlarmList', () => {
  it('is silent when all is well', () => {
    render(<AlarmList alarms={[]} />);
    expect(screen.queryByRole('alert')).toBeNull();
  });
  it('says of each alarm what happened, why, and what to do', () => {
    render(
      <AlarmList
        alarms={[
          { code: 'disk-full', title: 'The disk is full.', why: 'Only 3 MB are free.', next: 'Free some room.' },
          { code: 'clock-back', title: 'The clock was set back.', why: 'It stands behind.', next: 'Set it right.' },
        ]}
      />,
    );
    const [disk, clock] = screen.getAllByRole('alert');
    expect(disk?.textContent).toBe('The disk is full. Only 3 MB are free. Free some room.');
    expect(clock?.textContent).toContain('Set it right.');
  });
});
