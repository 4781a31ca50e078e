import type { Schemas } from '@/api/client';

type Box = Schemas['Box'];

export interface Outline {
  key: string;
  kind: 'vehicle' | 'plate';
  box?: Box;
  corners?: readonly Schemas['Point'][];
  word?: string;
  strong?: boolean;
  on_choose?: () => void;
}

/** Boxes over a picture, in the picture's own pixels, so that they fit at every size. */
export function Overlay({ width, height, outlines }: { width: number; height: number; outlines: readonly Outline[] }) {
  const unit = Math.max(width, height) / 500;
  return (
    <svg className="overlay-boxes" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {outlines.map((o) => {
        const cls = `outline outline-${o.kind}${o.strong ? ' is-strong' : ''}`;
        const stroke = { strokeWidth: unit * (o.strong ? 2 : 1.2) };
        const anchor = o.corners?.[0] ?? o.box;
        return (
          <g key={o.key} className={cls} onClick={o.on_choose}>
            {o.corners?.length === 4 ? (
              <polygon points={o.corners.map((p) => `${p.x},${p.y}`).join(' ')} {...stroke} />
            ) : o.box ? (
              <rect x={o.box.x} y={o.box.y} width={o.box.w} height={o.box.h} {...stroke} />
            ) : null}
            {o.word && anchor ? (
              <text x={anchor.x} y={Math.max(anchor.y - unit * 4, unit * 12)} fontSize={unit * 12} strokeWidth={unit * 3}>
                {o.word}
              </text>
            ) : null}
          </g>
        );
      })}
    </svg>
  );
}

/** The plate cut out of the picture and enlarged, with a little room around it. */
export function PlateCloseUp({ src, width, height, box }: { src: string; width: number; height: number; box: Box }) {
  const room = Math.round(Math.max(box.w * 0.12, box.h * 0.4));
  const x = Math.max(0, box.x - room);
  const y = Math.max(0, box.y - room);
  const w = Math.min(width - x, box.w + 2 * room);
  const h = Math.min(height - y, box.h + 2 * room);
  if (w <= 0 || h <= 0) return null;
  return (
    <svg className="close-up" viewBox={`${x} ${y} ${w} ${h}`} role="img" aria-label="The plate, enlarged">
      <image href={src} x={0} y={0} width={width} height={height} preserveAspectRatio="none" />
    </svg>
  );
}
