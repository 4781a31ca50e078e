import { describe, expect, it } from 'vitest';
import { day_and_time, from_zoned_input, local_times, start_of_day, to_zoned_input, zone_word } from './zoned';

const zone = 'America/Chicago';

describe("the agency's wall clock", () => {
  it('goes to UTC and back in winter and summer', () => {
    expect(from_zoned_input('2026-11-22T07:05', zone)).toBe('2026-11-22T13:05:00.000Z');
    expect(from_zoned_input('2026-07-01T07:05', zone)).toBe('2026-07-01T12:05:00.000Z');
    expect(to_zoned_input('2026-11-22T13:05:00.000Z', zone)).toBe('2026-11-22T07:05');
    expect(to_zoned_input('2026-07-01T12:05:00.000Z', zone)).toBe('2026-07-01T07:05');
  });
  it('takes the first of an hour that comes twice', () => {
    // 2026-11-01 01:30 happens at 06:30Z (CDT) and 07:30Z (CST).
    expect(from_zoned_input('2026-11-01T01:30', zone)).toBe('2026-11-01T06:30:00.000Z');
  });
  it('moves an hour that never comes forward', () => {
    // 2026-03-08 02:30 does not exist; clocks go from 02:00 CST to 03:00 CDT.
    const utc = from_zoned_input('2026-03-08T02:30', zone) ?? '';
    expect(to_zoned_input(utc, zone)).toBe('2026-03-08T03:30');
  });
  it('rejects what is no time', () => {
    expect(from_zoned_input('', zone)).toBeUndefined();
    expect(from_zoned_input('yesterday', zone)).toBeUndefined();
    expect(to_zoned_input('nonsense', zone)).toBe('');
  });
  it('starts the day at local midnight', () => {
    expect(start_of_day(Date.parse('2026-11-22T03:00:00Z'), zone)).toBe('2026-11-21T06:00:00.000Z');
  });
  it('turns the times of a recorded sentence into local ones', () => {
    const said = 'White vehicles, at all cameras, 2026-11-21 23:30 to 2026-11-22 23:30 UTC';
    expect(local_times(said, zone, Date.parse('2026-11-23T00:00:00Z'))).toBe('White vehicles, at all cameras, Nov 21, 17:30 to Nov 22, 17:30 CST');
    expect(local_times('Nothing of the kind', zone)).toBe('Nothing of the kind');
  });
  it('names times and the zone', () => {
    const now = Date.parse('2026-11-23T00:00:00Z');
    expect(day_and_time('2026-11-22T13:05:09Z', zone, false, now)).toBe('Nov 22, 07:05');
    expect(day_and_time('2026-11-22T13:05:09Z', zone, true, now)).toBe('Nov 22, 07:05:09');
    expect(day_and_time('2025-01-01T01:00:00Z', zone, false, now)).toBe('Dec 31, 2024, 19:00');
    expect(zone_word('2026-11-22T13:05:00Z', zone)).toBe('CST');
    expect(zone_word('2026-07-22T13:05:00Z', zone)).toBe('CDT');
  });
});
