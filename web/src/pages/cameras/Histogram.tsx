import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { count_text, useZone } from '@/ui';
import { day_and_time } from '../search/zoned';
import { health_query } from './queries';

type Hours = readonly Schemas['HourCount'][];

/** Reads by hour of the last day: twenty-four bars, and the same in words. */
export function Histogram({ hours }: { hours: Hours }) {
  const zone = useZone();
  const most = Math.max(1, ...hours.map((h) => h.reads));
  const total = hours.reduce((n, h) => n + h.reads, 0);
  const first = hours[0];
  const last = hours.at(-1);
  if (!first || !last) return <p className="soft">No hours to show yet.</p>;
  return (
    <figure className="histogram">
      <svg viewBox={`0 0 ${hours.length} 60`} preserveAspectRatio="none" role="img" aria-label={`${count_text(total)} reads in ${hours.length} hours, at most ${count_text(most)} in one hour`}>
        {hours.map((h, i) => {
          const height = h.reads === 0 ? 1 : Math.max(2, (h.reads / most) * 58);
          return (
            <rect key={h.hour} x={i + 0.1} y={60 - height} width={0.8} height={height} className={h.reads === 0 ? 'hour hour-none' : 'hour'}>
              <title>{`${day_and_time(h.hour, zone)}: ${count_text(h.reads)}`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption className="row small faint figures">
        <span>{day_and_time(first.hour, zone)}</span>
        <span className="push soft">{count_text(total)} in 24 hours, at most {count_text(most)} an hour</span>
        <span className="push">{day_and_time(last.hour, zone)}</span>
      </figcaption>
    </figure>
  );
}

/** The same day at the size of a word, for a row of the list; fetched only for rows on the screen. */
export function Sparkline({ id }: { id: string }) {
  const hours = useQuery(health_query(id)).data?.reads_by_hour ?? [];
  const most = Math.max(1, ...hours.map((h) => h.reads));
  return (
    <svg className="sparkline" viewBox="0 0 24 10" preserveAspectRatio="none" aria-hidden="true">
      {hours.slice(-24).map((h, i) => {
        const height = (h.reads / most) * 10;
        return <rect key={h.hour} x={i + 0.1} y={10 - height} width={0.8} height={height} />;
      })}
    </svg>
  );
}
