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

/** The width of one bin: what divides all distances between them. A single bin counts as an hour. */
export function bin_width_ms(bins: readonly Bin[]): number {
  const starts = bins.map((b) => Date.parse(b.from)).sort((a, b) => a - b);
  const width = starts.reduce((w, start, i) => divisor(w, start - (starts[i - 1] ?? start)), 0);
  return width > 0 ? width : 3_600_000;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** `span` is the time that was asked for: hours before the first read and after the last one show as empty, too. */
export function bars_of(bins: readonly Bin[], span: { from?: string; to?: string } = {}, max_bars = MAX_BARS): Bar[] {
  if (bins.length === 0) return [];
  let width = bin_width_ms(bins);
  const starts = bins.map((b) => Date.parse(b.from));
  const earliest = Math.min(...starts);
  const latest = Math.max(...starts);
  const before = span.from ? Math.ceil(Math.max(0, earliest - Date.parse(span.from)) / width) : 0;
  const after = span.to ? Math.floor(Math.max(0, Date.parse(span.to) - 1 - latest) / width) : 0;
  const first = earliest - before * width;
  const last = latest + after * width;
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
