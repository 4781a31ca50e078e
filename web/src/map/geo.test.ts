import { describe, expect, it } from 'vitest';
import * as geo from './geo';

const springfield = { lat: 37.2089, lon: -93.2923 };

describe('distances', () => {
  it('measures a known distance', () => {
    // One degree of latitude on the mean sphere.
    expect(geo.distance_m({ lat: 0, lon: 0 }, { lat: 1, lon: 0 })).toBeCloseTo(111_195, -1);
    expect(geo.distance_m(springfield, springfield)).toBe(0);
  });
  it('goes out and comes back', () => {
    for (const bearing of [12, 37, 90, 181, 300]) {
      const there = geo.place_at(springfield, bearing, 2500);
      expect(geo.distance_m(springfield, there)).toBeCloseTo(2500, 3);
      expect(geo.bearing_deg(springfield, there)).toBeCloseTo(bearing, 3);
    }
  });
  it('crosses the date line', () => {
    expect(geo.place_at({ lat: 0, lon: 179.99 }, 90, 5000).lon).toBeLessThan(-179);
  });
});

describe('shapes', () => {
  it('closes its rings', () => {
    for (const ring of [
      geo.circle_ring({ center: springfield, radius_m: 400 }),
      geo.wedge_ring(springfield, 350, 60, 80),
      geo.rectangle_ring({ south: 1, north: 2, west: 3, east: 4 }),
    ]) {
      expect(ring.at(-1)).toEqual(ring[0]);
      expect(ring.length).toBeGreaterThan(3);
    }
  });
  it('keeps every corner of a circle at its radius', () => {
    for (const [lon, lat] of geo.circle_ring({ center: springfield, radius_m: 400 }))
      expect(geo.distance_m(springfield, { lat, lon })).toBeCloseTo(400, 3);
  });
  it('makes a rectangle from any two corners', () => {
    const r = geo.rectangle_of({ lat: 2, lon: 4 }, { lat: 1, lon: 5 });
    expect(r).toEqual({ south: 1, north: 2, west: 4, east: 5 });
  });
  it('knows what lies inside', () => {
    const circle: geo.Shape = { kind: 'circle', circle: { center: springfield, radius_m: 500 } };
    expect(geo.in_shape(geo.place_at(springfield, 45, 499), circle)).toBe(true);
    expect(geo.in_shape(geo.place_at(springfield, 45, 501), circle)).toBe(false);
    const box: geo.Shape = { kind: 'rectangle', rectangle: { south: 1, north: 2, west: 3, east: 4 } };
    expect(geo.in_shape({ lat: 1.5, lon: 3.5 }, box)).toBe(true);
    expect(geo.in_shape({ lat: 2.5, lon: 3.5 }, box)).toBe(false);
  });
  it('bounds a circle', () => {
    const b = geo.shape_bounds({ kind: 'circle', circle: { center: springfield, radius_m: 500 } });
    expect(geo.rectangle_size_m(b).width_m).toBeCloseTo(1000, 0);
    expect(geo.rectangle_size_m(b).height_m).toBeCloseTo(1000, 0);
  });
});

describe('words', () => {
  it('names compass points', () => {
    expect(geo.compass_word(0)).toBe('north');
    expect(geo.compass_word(359)).toBe('north');
    expect(geo.compass_word(-90)).toBe('west');
    expect(geo.compass_word(135)).toBe('southeast');
  });
  it('picks a round scale', () => {
    expect(geo.round_length(730)).toBe(500);
    expect(geo.round_length(200)).toBe(200);
    expect(geo.round_length(0.13)).toBeCloseTo(0.1);
    expect(geo.round_length(0)).toBe(0);
  });
});
