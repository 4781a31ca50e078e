import { Circle as CircleIcon, Square, X } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { METRES_PER_MILE, rectangle_size_m, type Shape } from '@/map/geo';
import type { Drawing } from '@/map/MapView';
import { Button, distance_text, Field, Select } from '@/ui';

interface Props {
  shape?: Shape;
  cameras: readonly Schemas['Camera'][];
  drawing: Drawing;
  on_draw: (drawing: Drawing) => void;
  on_shape: (shape: Shape | undefined) => void;
}

// What the server takes as a radius.
const SMALLEST_M = 10;
const LARGEST_M = 200_000;

function described(shape: Shape, cameras: Props['cameras']): string {
  if (shape.kind === 'rectangle') {
    const { width_m, height_m } = rectangle_size_m(shape.rectangle);
    return `Rectangle, ${distance_text(width_m)} by ${distance_text(height_m)}`;
  }
  const { center, radius_m } = shape.circle;
  const at = cameras.find((c) => c.place.lat === center.lat && c.place.lon === center.lon);
  return `Circle of ${distance_text(radius_m)} around ${at ? at.name : 'a place on the map'}`;
}

/** A place by drawing it, or, without a map, as so many miles around a camera. */
export function PlacePicker({ shape, cameras, drawing, on_draw, on_shape }: Props) {
  const [around, set_around] = useState<string | null>(null);
  const [miles, set_miles] = useState('0.5');
  const radius_m = Number(miles) * METRES_PER_MILE;
  const center = cameras.find((c) => c.id === around)?.place;
  const fits = radius_m >= SMALLEST_M && radius_m <= LARGEST_M;
  const usable = center !== undefined && fits;
  return (
    <fieldset className="place">
      <legend className="chips-label">Place</legend>
      {shape ? (
        <p className="row">
          <span className="grow small">{described(shape, cameras)}</span>
          <Button size="small" kind="quiet" icon={<X size={14} aria-hidden />} onPress={() => on_shape(undefined)}>
            Clear
          </Button>
        </p>
      ) : null}
      <div className="row-wrap place-draw">
        <Button size="small" icon={<CircleIcon size={14} aria-hidden />} onPress={() => on_draw(drawing === 'circle' ? undefined : 'circle')}>
          {drawing === 'circle' ? 'Stop drawing' : 'Draw a circle'}
        </Button>
        <Button size="small" icon={<Square size={14} aria-hidden />} onPress={() => on_draw(drawing === 'rectangle' ? undefined : 'rectangle')}>
          {drawing === 'rectangle' ? 'Stop drawing' : 'Draw a rectangle'}
        </Button>
      </div>
      <div className="place-around">
        <Select label="Or around a camera" options={cameras.map((c) => ({ value: c.id, label: c.name }))} value={around} on_change={set_around} />
        <Field label="Miles" type="number" inputMode="decimal" value={miles} onChange={set_miles} error={fits ? undefined : '0.01 to 124'} />
        <Button isDisabled={!usable} onPress={() => center && on_shape({ kind: 'circle', circle: { center, radius_m: Math.round(radius_m) } })}>
          Set
        </Button>
      </div>
    </fieldset>
  );
}
