// What the props of a map become as GeoJSON.

import type { Feature, FeatureCollection } from 'geojson';
import { circle_ring, rectangle_ring, type Shape, wedge_ring } from './geo';
import type { MapCamera, MapViewProps } from './model';
import type { Leg } from './track';

const collection = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features });

export function camera_points(props: Pick<MapViewProps, 'cameras' | 'selected' | 'lit' | 'marks'>): FeatureCollection {
  const reads = new Map(props.marks?.map((m) => [m.camera_id, m.count]));
  return collection(
    props.cameras.map((c) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [c.place.lon, c.place.lat] },
      properties: {
        id: c.id,
        name: c.name,
        state: c.state,
        selected: props.selected?.includes(c.id) ?? false,
        lit: props.lit === c.id,
        reads: reads.get(c.id) ?? 0,
      },
    })),
  );
}

export function camera_views(cameras: readonly MapCamera[], strong: readonly (string | undefined)[], reach_m: number): FeatureCollection {
  return collection(
    cameras.map((c) => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [wedge_ring(c.place, c.bearing_deg, c.view_angle_deg, reach_m)] },
      properties: { id: c.id, strong: strong.includes(c.id) },
    })),
  );
}

export function shape_area(shape: Shape | undefined): FeatureCollection {
  if (!shape) return collection([]);
  const ring = shape.kind === 'circle' ? circle_ring(shape.circle) : rectangle_ring(shape.rectangle);
  return collection([{ type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties: {} }]);
}

export function leg_lines(legs: readonly Leg[]): FeatureCollection {
  return collection(
    legs.map(({ from, to, gap }) => ({
      type: 'Feature',
      geometry: { type: 'LineString', coordinates: [[from.lon, from.lat], [to.lon, to.lat]] },
      properties: { gap },
    })),
  );
}

export function pin_marks(pin: MapViewProps['pin'], reach_m: number): FeatureCollection {
  if (!pin) return collection([]);
  const at: Feature = { type: 'Feature', geometry: { type: 'Point', coordinates: [pin.place.lon, pin.place.lat] }, properties: {} };
  const view: Feature = {
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: [wedge_ring(pin.place, pin.bearing_deg, pin.view_angle_deg, reach_m)] },
    properties: {},
  };
  return collection([view, at]);
}
