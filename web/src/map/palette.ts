// The map draws on a canvas, where CSS variables do not reach: their values are looked up in the page.

const names = [
  'paper', 'paper-sunken', 'paper-raised', 'ink', 'ink-soft', 'ink-faint', 'line', 'line-strong', 'accent', 'accent-ink',
  'accent-wash', 'accent-line', 'needed', 'confirmed', 'resolved', 'stale', 'stale-line',
] as const;
export type Palette = Record<(typeof names)[number], string>;

/** The colours as they stand now, light or dark, as rgb() texts. */
export function read_palette(): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const out = {} as Palette;
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    out[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return out;
}
