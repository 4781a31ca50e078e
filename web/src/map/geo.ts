// Plain geometry on a small piece of the Earth: distances in metres, shapes as rings of GeoJSON.

export interface Place {
  lat: number;
  lon: number;
}
export interface Circle {
  center: Place;
  radius_m: number;
}
export interface Rectangle {
  south: number;
  west: number;
  north: number;
  east: number;
}
export type Shape = { kind: 'circle'; circle: Circle } | { kind: 'rectangle'; rectangle: Rectangle };

export const EARTH_RADIUS_M = 6_371_008.8;
export const METRES_PER_MILE = 1609.344;
export const METRES_PER_FOOT = 0.3048;
const RADIANS = Math.PI / 180;

export function distance_m(a: Place, b: Place): number {
  const d_lat = (b.lat - a.lat) * RADIANS;
  const d_lon = (b.lon - a.lon) * RADIANS;
  const h =
    Math.sin(d_lat / 2) ** 2 + Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * Math.sin(d_lon / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The place reached from `from` after `distance` metres on `bearing_deg` (0 north, 90 east). */
export function place_at(from: Place, bearing_deg: number, distance: number): Place {
  const angular = distance / EARTH_RADIUS_M;
  const bearing = bearing_deg * RADIANS;
  const lat1 = from.lat * RADIANS;
  const lon1 = from.lon * RADIANS;
  const lat2 = Math.asin(
    Math.sin(lat1) * Math.cos(angular) + Math.cos(lat1) * Math.sin(angular) * Math.cos(bearing),
  );
  const lon2 =
    lon1 +
    Math.atan2(
      Math.sin(bearing) * Math.sin(angular) * Math.cos(lat1),
      Math.cos(angular) - Math.sin(lat1) * Math.sin(lat2),
    );
  return { lat: lat2 / RADIANS, lon: ((lon2 / RADIANS + 540) % 360) - 180 };
}

export function bearing_deg(from: Place, to: Place): number {
  const d_lon = (to.lon - from.lon) * RADIANS;
  const y = Math.sin(d_lon) * Math.cos(to.lat * RADIANS);
  const x =
    Math.cos(from.lat * RADIANS) * Math.sin(to.lat * RADIANS) -
    Math.sin(from.lat * RADIANS) * Math.cos(to.lat * RADIANS) * Math.cos(d_lon);
  return (Math.atan2(y, x) / RADIANS + 360) % 360;
}

type Ring = [number, number][];

export function circle_ring(circle: Circle, corners = 64): Ring {
  const ring: Ring = [];
  for (let i = 0; i <= corners; i++) {
    const p = place_at(circle.center, ((i % corners) * 360) / corners, circle.radius_m);
    ring.push([p.lon, p.lat]);
  }
  return ring;
}

export function rectangle_ring(r: Rectangle): Ring {
  return [
    [r.west, r.south],
    [r.east, r.south],
    [r.east, r.north],
    [r.west, r.north],
    [r.west, r.south],
  ];
}

/** A camera's field of view: a slice of pie from its place, `reach_m` long. */
export function wedge_ring(place: Place, bearing: number, angle: number, reach_m: number): Ring {
  const half = Math.min(Math.max(angle, 4), 180) / 2;
  const steps = 8;
  const ring: Ring = [[place.lon, place.lat]];
  for (let i = 0; i <= steps; i++) {
    const p = place_at(place, bearing - half + (2 * half * i) / steps, reach_m);
    ring.push([p.lon, p.lat]);
  }
  ring.push([place.lon, place.lat]);
  return ring;
}

export function rectangle_of(a: Place, b: Place): Rectangle {
  return {
    south: Math.min(a.lat, b.lat),
    north: Math.max(a.lat, b.lat),
    west: Math.min(a.lon, b.lon),
    east: Math.max(a.lon, b.lon),
  };
}

export function rectangle_size_m(r: Rectangle): { width_m: number; height_m: number } {
  const lat = (r.south + r.north) / 2;
  return {
    width_m: distance_m({ lat, lon: r.west }, { lat, lon: r.east }),
    height_m: distance_m({ lat: r.south, lon: r.west }, { lat: r.north, lon: r.west }),
  };
}

export function in_shape(place: Place, shape: Shape): boolean {
  if (shape.kind === 'circle') return distance_m(place, shape.circle.center) <= shape.circle.radius_m;
  const r = shape.rectangle;
  return place.lat >= r.south && place.lat <= r.north && place.lon >= r.west && place.lon <= r.east;
}

export function bounds_of(places: readonly Place[]): Rectangle | undefined {
  const first = places[0];
  if (!first) return undefined;
  return places.reduce<Rectangle>(
    (b, p) => ({
      south: Math.min(b.south, p.lat),
      north: Math.max(b.north, p.lat),
      west: Math.min(b.west, p.lon),
      east: Math.max(b.east, p.lon),
    }),
    { south: first.lat, north: first.lat, west: first.lon, east: first.lon },
  );
}

export function shape_bounds(shape: Shape): Rectangle {
  if (shape.kind === 'rectangle') return shape.rectangle;
  const { center, radius_m } = shape.circle;
  return {
    south: place_at(center, 180, radius_m).lat,
    north: place_at(center, 0, radius_m).lat,
    west: place_at(center, 270, radius_m).lon,
    east: place_at(center, 90, radius_m).lon,
  };
}

/** Eight-point compass word, for people who read a bearing. */
export function compass_word(bearing: number): string {
  const words = ['north', 'northeast', 'east', 'southeast', 'south', 'southwest', 'west', 'northwest'];
  return words[Math.round((((bearing % 360) + 360) % 360) / 45) % 8] ?? 'north';
}

/** The longest round length that fits into `max_m`, for a scale bar: 1, 2 or 5 times a power of ten. */
export function round_length(max: number): number {
  if (!(max > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(max));
  for (const step of [5, 2, 1]) if (step * power <= max) return step * power;
  return power;
}

/** Metres on the ground per CSS pixel of a Web Mercator map of 512-px tiles. */
export function metres_per_pixel(lat: number, zoom: number): number {
  return (2 * Math.PI * EARTH_RADIUS_M * Math.cos(lat * RADIANS)) / (512 * 2 ** zoom);
}
