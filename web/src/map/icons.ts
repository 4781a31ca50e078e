// A camera's state as a shape, so that nobody needs the colour: disc, diamond, triangle, ring, ring with a stroke.

import type { CameraState } from './model';
import type { Palette } from './palette';

export const ICON_PX = 22;

export function state_color(state: CameraState, p: Palette): string {
  switch (state) {
    case 'ok':
      return p.accent;
    case 'quiet':
    case 'away':
      return p.needed;
    default:
      return p.stale;
  }
}

function trace(ctx: CanvasRenderingContext2D, state: CameraState, mid: number, r: number) {
  ctx.beginPath();
  if (state === 'quiet') {
    ctx.moveTo(mid, mid - r);
    ctx.lineTo(mid + r, mid);
    ctx.lineTo(mid, mid + r);
    ctx.lineTo(mid - r, mid);
    ctx.closePath();
  } else if (state === 'away') {
    ctx.moveTo(mid, mid - r);
    ctx.lineTo(mid + r, mid + r * 0.8);
    ctx.lineTo(mid - r, mid + r * 0.8);
    ctx.closePath();
  } else ctx.arc(mid, mid, r * 0.85, 0, 2 * Math.PI);
}

export function draw_icon(state: CameraState, p: Palette, ratio: number): ImageData | undefined {
  const size = ICON_PX * ratio;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  const ctx = canvas.getContext('2d');
  if (!ctx) return undefined;
  ctx.scale(ratio, ratio);
  const mid = ICON_PX / 2;
  const color = state_color(state, p);
  ctx.lineJoin = 'round';
  // A rim of paper keeps the shape apart from what lies under it.
  trace(ctx, state, mid, 7);
  ctx.lineWidth = 5;
  ctx.strokeStyle = p['paper-raised'];
  ctx.stroke();
  trace(ctx, state, mid, 7);
  const hollow = state === 'never-seen' || state === 'disabled';
  ctx.fillStyle = hollow ? p['paper-raised'] : color;
  ctx.fill();
  ctx.lineWidth = 2;
  ctx.strokeStyle = color;
  ctx.stroke();
  if (state === 'disabled') {
    ctx.beginPath();
    ctx.moveTo(mid - 4.2, mid + 4.2);
    ctx.lineTo(mid + 4.2, mid - 4.2);
    ctx.stroke();
  }
  return ctx.getImageData(0, 0, size, size);
}
