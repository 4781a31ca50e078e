// Wall-clock times of the agency's own zone, as datetime-local inputs hold them (2026-11-22T13:05), to and from UTC.
import { format_in } from '@/ui/units';

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const clock_parts: Intl.DateTimeFormatOptions = { hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' };

function wall_clock(ms: number, zone: string): Parts {
  const out: Parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0 };
  for (const { type, value } of format_in(zone, clock_parts).formatToParts(ms)) if (type in out) out[type as keyof Parts] = Number(value);
  return out;
}

function as_utc(p: Parts): number {
  return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute);
}

const two = (n: number): string => String(n).padStart(2, '0');

export function to_zoned_input(utc: string | number | Date, zone: string): string {
  const ms = new Date(utc).getTime();
  if (Number.isNaN(ms)) return '';
  const p = wall_clock(ms, zone);
  return `${p.year}-${two(p.month)}-${two(p.day)}T${two(p.hour)}:${two(p.minute)}`;
}

/**
 * The instant that a wall clock in `zone` shows as `input`; undefined for text that is no time. An hour that a change to
 * summer time skips is read as the hour after; one that comes twice as the first.
 */
export function from_zoned_input(input: string, zone: string): string | undefined {
  // The text as if it were UTC: the wall clock that is wanted.
  const wanted = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(input) ? Date.parse(`${input.slice(0, 16)}Z`) : NaN;
  if (Number.isNaN(wanted)) return undefined;
  // The offset before and after: two candidates cover every change of the clock.
  const candidates = [wanted - 86_400_000, wanted + 86_400_000].map((near) => {
    const floored = Math.floor(near / 60_000) * 60_000;
    return wanted - (as_utc(wall_clock(floored, zone)) - floored);
  });
  const exact = candidates.filter((ms) => as_utc(wall_clock(ms, zone)) === wanted);
  const ms = exact.length > 0 ? Math.min(...exact) : Math.max(...candidates);
  return new Date(ms).toISOString();
}

export function start_of_day(utc: number, zone: string): string {
  const input = to_zoned_input(utc, zone).slice(0, 10);
  return from_zoned_input(`${input}T00:00`, zone) ?? new Date(utc).toISOString();
}

/** "Nov 22, 07:05" in the agency's zone; with the year when it is not this one. */
export function day_and_time(utc: string | number | Date, zone: string, seconds = false, now = Date.now()): string {
  const other_year = to_zoned_input(utc, zone).slice(0, 4) !== to_zoned_input(now, zone).slice(0, 4);
  return format_in(zone, {
    hourCycle: 'h23',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(other_year ? { year: 'numeric' } : {}),
    ...(seconds ? { second: '2-digit' } : {}),
  }).format(new Date(utc));
}

/** "CST" or the like, for the hour of `utc`. */
export function zone_word(utc: string | number | Date, zone: string): string {
  const parts = format_in(zone, { timeZoneName: 'short' }).formatToParts(new Date(utc));
  return parts.find((p) => p.type === 'timeZoneName')?.value ?? zone;
}

/** The server says times in UTC and reads by their id, as they are recorded; people read times in the agency's zone. */
export function local_times(sentence: string, zone: string, now = Date.now()): string {
  return sentence.replace(/the vehicle of read_[0-9a-z]{26}/, 'the vehicle of the read chosen').replace(/(\d{4}-\d\d-\d\d) (\d\d:\d\d) to (\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/g, (_, day1: string, clock1: string, day2: string, clock2: string) => {
    const [from, to] = [`${day1}T${clock1}Z`, `${day2}T${clock2}Z`];
    return `${day_and_time(from, zone, false, now)} to ${day_and_time(to, zone, false, now)} ${zone_word(to, zone)}`;
  });
}
