import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { as_problem } from '@/api/problem';
import { type PictureOf, usePicture } from '@/seal/picture';
import { ConfirmPasskey } from './ConfirmPasskey';

type Box = Schemas['Box'];

export interface ReadPictureProps {
  /** The picture itself, which this browser opens, or the address of the blurred preview. */
  of: PictureOf | string;
  /** What a person sees who cannot see it: "Silver pickup at Main & 3rd". Empty for a thumbnail beside the same words. */
  alt: string;
  /** Boxes of the plate and the vehicle in pixels of the whole picture, drawn over it. */
  width?: number;
  height?: number;
  plate_box?: Box;
  vehicle_box?: Box;
  small?: boolean;
}

/** How it came; nothing for a preview. */
const kind_of = (sealed?: boolean) => (sealed === undefined ? undefined : sealed ? 'sealed' : 'open');

/** A read's picture, or its blurred preview. A picture that is gone says so in its place. */
export function ReadPicture({ of, alt, width, height, plate_box, vehicle_box, small }: ReadPictureProps) {
  const picture = usePicture(typeof of === 'string' ? undefined : of);
  const src = typeof of === 'string' ? of : picture.url;
  const [failed, set_failed] = useState<string>();
  if (picture.error || (src && failed === src)) {
    const why = picture.error ? as_problem(picture.error) : undefined;
    return (
      <span className={`picture picture-gone${small ? ' picture-small' : ''}`}>
        <ImageOff size={small ? 14 : 24} strokeWidth={1.5} aria-hidden />
        {small ? null : <span>{why ? [why.title, why.detail].filter(Boolean).join('. ') : 'The picture cannot be shown'}</span>}
        {!small && why?.type.endsWith('/problems/confirm') ? <ConfirmPasskey then={picture.retry} /> : null}
      </span>
    );
  }
  return (
    <span className={`picture${small ? ' picture-small' : ''}`}>
      {src ? <img src={src} alt={alt} loading="lazy" decoding="async" data-picture={kind_of(picture.sealed)} onError={() => set_failed(src)} /> : null}
      {width && height && (plate_box || vehicle_box) ? (
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true" preserveAspectRatio="xMidYMid slice">
          {vehicle_box ? <rect className="box-vehicle" x={vehicle_box.x} y={vehicle_box.y} width={vehicle_box.w} height={vehicle_box.h} rx={8} /> : null}
          {plate_box ? <rect className="box-plate" x={plate_box.x} y={plate_box.y} width={plate_box.w} height={plate_box.h} rx={6} /> : null}
        </svg>
      ) : null}
    </span>
  );
}
