import { useSyncExternalStore } from 'react';
import { useAbout } from '@/app/session';

let now_ms = Date.now();
const watchers = new Set<() => void>();
let timer: number | undefined;

// Outside of the hook: a new function at each render would subscribe anew each time.
function watch_clock(watcher: () => void) {
  watchers.add(watcher);
  if (timer === undefined) {
    now_ms = Date.now();
    timer = window.setInterval(() => {
      now_ms = Date.now();
      watchers.forEach((w) => w());
    }, 5_000);
  }
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** The present, in steps of five seconds, so that all relative times on a page turn together. */
export function useNow(): number {
  return useSyncExternalStore(watch_clock, () => now_ms);
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** Kept: making a format takes a hundred times as long as using it, and a page shows hundreds of times. */
export function format_in(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat('en-US', { ...options, timeZone: zone });
    formats.set(key, found);
  }
  return found;
}

export type TimeStyle = 'auto' | 'clock' | 'full' | 'date';

/** The agency's local time. auto: relative within the last hour, the clock today, else day and clock. */
export function time_text(iso: string, zone: string, style: TimeStyle, at_ms: number): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return 'time unknown';
  const age_s = Math.round((at_ms - date.getTime()) / 1000);
  const clock = format_in(zone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(date);
  if (style === 'clock') return clock;
  if (style === 'date') return format_in(zone, { year: 'numeric', month: 'short', day: 'numeric' }).format(date);
  if (style === 'auto' && age_s >= -5 && age_s < 3600) {
    if (age_s < 5) return 'now';
    return age_s < 60 ? `${age_s} s ago` : `${Math.floor(age_s / 60)} min ago`;
  }
  const day = format_in(zone, { year: 'numeric', month: 'short', day: 'numeric' });
  if (style === 'auto' && day.format(date) === day.format(at_ms)) return clock.slice(0, 5);
  const short_day = format_in(zone, { weekday: 'short', month: 'short', day: 'numeric' }).format(date);
  return style === 'auto' ? `${short_day}, ${clock.slice(0, 5)}` : `${short_day}, ${clock}`;
}

export function zone_text(iso: string, zone: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return format_in(zone, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'long' }).format(date);
}

export function useZone(): string {
  return useAbout()?.town.timezone || Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function Time({ at, style = 'auto' }: { at: string; style?: TimeStyle }) {
  const zone = useZone();
  const now = useNow();
  return (
    <time dateTime={at} title={zone_text(at, zone)} className="time">
      {time_text(at, zone, style, Math.max(now, Date.now() - 5_000))}
    </time>
  );
}

/** "42 min left", "50 s left", "over". */
export function left_text(until: string, at_ms: number): string {
  const left_s = Math.ceil((new Date(until).getTime() - at_ms) / 1000);
  if (left_s <= 0) return 'over';
  return left_s < 60 ? `${left_s} s left` : `${Math.max(1, Math.round(left_s / 60))} min left`;
}

export const count_text = (n: number) => n.toLocaleString('en-US');

export function distance_text(metres: number): string {
  const miles = metres / 1609.344;
  const in_miles = miles < 0.1 ? `${Math.round(metres * 3.28084).toLocaleString('en-US')} ft` : `${miles < 10 ? miles.toFixed(1) : Math.round(miles).toLocaleString('en-US')} mi`;
  const in_metres = metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)} km`;
  return `${in_miles} (${in_metres})`;
}

export function Distance({ metres }: { metres: number }) {
  return <span className="figures">{distance_text(metres)}</span>;
}
