import { useMemo } from 'react';
import { bar_at, type Bar, bars_of, type Bin } from './timeline';
import { day_and_time, zone_word } from './zoned';

interface Props {
  bins: readonly Bin[];
  /** The time that was asked for. */
  from?: string;
  to?: string;
  zone: string;
  /** UTC of the lit read. */
  lit?: string;
  on_hover: (bar: Bar | undefined) => void;
  on_choose: (bar: Bar) => void;
}

const HEIGHT = 56;

function summary(bars: readonly Bar[], zone: string): string {
  const total = bars.reduce((n, b) => n + b.count, 0);
  const first = bars[0];
  const last = bars.at(-1);
  const most = bars.reduce<Bar | undefined>((m, b) => (!m || b.count > m.count ? b : m), undefined);
  if (!first || !last || !most) return 'No reads over time';
  return `${total.toLocaleString('en-US')} reads between ${day_and_time(first.from, zone)} and ${day_and_time(last.to, zone)} ${zone_word(first.from, zone)}; most, ${most.count.toLocaleString('en-US')}, from ${day_and_time(most.from, zone)}`;
}

/** When the reads fell. The pointer lights a bar's reads; a click goes to the first of them. The keyboard does both with j and k. */
export function Timeline({ bins, from, to, zone, lit, on_hover, on_choose }: Props) {
  const bars = useMemo(() => bars_of(bins, { from, to }), [bins, from, to]);
  const most = Math.max(1, ...bars.map((b) => b.count));
  const titles = useMemo(() => bars.map((bar) => `${day_and_time(bar.from, zone)}: ${bar.count.toLocaleString('en-US')}`), [bars, zone]);
  const said = useMemo(() => summary(bars, zone), [bars, zone]);
  const at = lit === undefined ? -1 : bar_at(bars, lit);
  const first = bars[0];
  const last = bars.at(-1);
  if (!first || !last) return null;
  return (
    <figure className="timeline" onMouseLeave={() => on_hover(undefined)}>
      <svg viewBox={`0 0 ${bars.length} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={said}>
        {bars.map((bar, i) => {
          const height = bar.count === 0 ? 0 : Math.max(2, (bar.count / most) * (HEIGHT - 4));
          return (
            <g key={bar.from} onMouseEnter={() => on_hover(bar)} onClick={() => on_choose(bar)} className={i === at ? 'bar is-lit' : 'bar'}>
              <rect x={i} y={0} width={1} height={HEIGHT} className="bar-room">
                <title>{titles[i]}</title>
              </rect>
              <rect x={i + 0.08} y={HEIGHT - height} width={0.84} height={height} className="bar-count" />
            </g>
          );
        })}
      </svg>
      <figcaption className="timeline-ends small faint figures" aria-hidden="true">
        <span>{day_and_time(first.from, zone)}</span>
        <span className="soft">{at >= 0 && lit ? day_and_time(lit, zone, true) : `most in one bar: ${most.toLocaleString('en-US')}`}</span>
        <span>
          {day_and_time(last.to, zone)} {zone_word(last.to, zone)}
        </span>
      </figcaption>
    </figure>
  );
}
