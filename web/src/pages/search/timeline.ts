// Bars of the timeline: the server's bins, with the empty ones between them put back so that quiet hours show.

export interface Bin {
  from: string;
  count: number;
}
export interface Bar {
  from: number; // UTC ms
  to: number;
  count: number;
}

export const MAX_BARS = 400;

/** The width that the bins stand apart; a single bin counts as an hour. */
export function bin_width_ms(bins: readonly Bin[]): number {
  const starts = bins.map((b) => Date.parse(b.from)).sort((a, b) => a - b);
  let width = Infinity;
  starts.forEach((start, i) => {
    const gap = start - (starts[i - 1] ?? start);
    if (gap > 0 && gap < width) width = gap;
  });
  return Number.isFinite(width) ? width : 3_600_000;
}

export function bars_of(bins: readonly Bin[], max_bars = MAX_BARS): Bar[] {
  if (bins.length === 0) return [];
  let width = bin_width_ms(bins);
  const starts = bins.map((b) => Date.parse(b.from));
  const first = Math.min(...starts);
  const last = Math.max(...starts);
  // Fewer, wider bars when the span is long for the width.
  while ((last - first) / width + 1 > max_bars) width *= 2;
  const bars: Bar[] = [];
  for (let t = first; t <= last; t += width) bars.push({ from: t, to: t + width, count: 0 });
  bins.forEach((bin, i) => {
    const bar = bars[Math.floor(((starts[i] ?? first) - first) / width)];
    if (bar) bar.count += bin.count;
  });
  return bars;
}

export function bar_at(bars: readonly Bar[], utc: string | number): number {
  const ms = new Date(utc).getTime();
  return bars.findIndex((b) => ms >= b.from && ms < b.to);
}
