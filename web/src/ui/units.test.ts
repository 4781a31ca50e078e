import { describe, expect, it } from 'vitest';
import { distance_text, left_text, time_text, zone_text } from './units';

const at_ms = Date.parse('2026-11-22T15:00:00.000Z');
const zone = 'America/New_York';
const auto = (iso: string) => time_text(iso, zone, 'auto', at_ms);

describe('time_text', () => {
  it('is relative within the last hour', () => {
    expect(auto('2026-11-22T14:59:58.000Z')).toBe('now');
    expect(auto('2026-11-22T14:59:20.000Z')).toBe('40 s ago');
    expect(auto('2026-11-22T14:01:00.000Z')).toBe('59 min ago');
  });
  it('is the agency’s clock earlier that day, day and clock before', () => {
    expect(auto('2026-11-22T13:30:00.000Z')).toBe('08:30');
    expect(auto('2026-11-22T04:59:00.000Z')).toBe('Sat, Nov 21, 23:59');
  });
  it('does not call the future past', () => {
    expect(auto('2026-11-22T16:00:00.000Z')).toBe('11:00');
  });
  it('says the zone, and says so when there is no time', () => {
    expect(zone_text('2026-11-22T15:00:00.000Z', zone)).toContain('Eastern Standard Time');
    expect(auto('')).toBe('time unknown');
  });
});

describe('left_text', () => {
  it('counts minutes, then seconds, then says over', () => {
    expect(left_text('2026-11-22T16:00:00.000Z', at_ms)).toBe('60 min left');
    expect(left_text('2026-11-22T15:00:50.000Z', at_ms)).toBe('50 s left');
    expect(left_text('2026-11-22T14:59:59.000Z', at_ms)).toBe('over');
  });
});

describe('distance_text', () => {
  it('says miles and metres', () => {
    expect(distance_text(50)).toBe('164 ft (50 m)');
    expect(distance_text(1609.344)).toBe('1.0 mi (1.6 km)');
    expect(distance_text(50_000)).toBe('31 mi (50 km)');
  });
});
