// The map's style, built here: outlines and cameras, no tiles, glyphs or sprites from anywhere.

import type { FeatureCollection } from 'geojson';
import type { ExpressionSpecification, StyleSpecification } from 'maplibre-gl';
import type { Palette } from './palette';

export const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] };

export const SOURCES = ['outlines', 'views', 'shape', 'legs', 'cameras', 'pin'] as const;
export type SourceName = (typeof SOURCES)[number];
export type MapData = Record<SourceName, FeatureCollection>;

/** Clusters part for good from this zoom on; below it, dots nearer than the radius become a number. */
export const CLUSTER_MAX_ZOOM = 13;
export const CLUSTER_RADIUS_PX = 30;

const of_kind = (...kinds: string[]): ExpressionSpecification => ['in', ['coalesce', ['get', 'kind'], ''], ['literal', kinds]];
const of_shape = (...types: string[]): ExpressionSpecification => ['in', ['geometry-type'], ['literal', types]];
const major = of_kind('highway', 'major', 'road');
const font = ['Public Sans Variable'];

export function style_for(p: Palette, data: MapData): StyleSpecification {
  const source = (name: SourceName) => ({ type: 'geojson' as const, data: data[name] });
  return {
    version: 8,
    sources: {
      outlines: source('outlines'),
      views: source('views'),
      shape: source('shape'),
      legs: source('legs'),
      pin: source('pin'),
      cameras: { ...source('cameras'), cluster: true, clusterMaxZoom: CLUSTER_MAX_ZOOM, clusterRadius: CLUSTER_RADIUS_PX, clusterProperties: { reads: ['+', ['get', 'reads']] } },
    },
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': p.paper } },
      // Anything with an area is quiet ground; water and parks a little more so than the town's outline.
      { id: 'ground', type: 'fill', source: 'outlines', filter: ['all', of_shape('Polygon', 'MultiPolygon'), ['!', of_kind('water')]], paint: { 'fill-color': p['paper-sunken'], 'fill-opacity': ['case', of_kind('building'), 0.9, 0.6] } },
      { id: 'water', type: 'fill', source: 'outlines', filter: ['all', of_shape('Polygon', 'MultiPolygon'), of_kind('water')], paint: { 'fill-color': p['accent-wash'], 'fill-opacity': 0.7 } },
      { id: 'park', type: 'fill', source: 'outlines', filter: ['all', of_shape('Polygon', 'MultiPolygon'), of_kind('park')], paint: { 'fill-color': p.resolved, 'fill-opacity': 0.12 } },
      { id: 'ground-line', type: 'line', source: 'outlines', filter: ['all', of_shape('Polygon', 'MultiPolygon'), ['!', of_kind('water')]], paint: { 'line-color': p['line-strong'], 'line-opacity': 0.45, 'line-width': 1 } },
      { id: 'stream', type: 'line', source: 'outlines', filter: ['all', of_shape('LineString', 'MultiLineString'), of_kind('water', 'river', 'stream')], paint: { 'line-color': p['accent-line'], 'line-opacity': 0.6, 'line-width': 3 } },
      {
        id: 'road',
        type: 'line',
        source: 'outlines',
        filter: ['all', of_shape('LineString', 'MultiLineString'), ['!', of_kind('water', 'river', 'stream')]],
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: {
          'line-color': p['stale-line'],
          'line-opacity': ['case', major, 1, 0.6],
          'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 10, ['case', major, 1.2, 0.5], 16, ['case', major, 8, 3.5]],
        },
      },
      {
        id: 'road-name',
        type: 'symbol',
        source: 'outlines',
        minzoom: 12.5,
        filter: ['all', of_shape('LineString', 'MultiLineString'), ['has', 'name']],
        layout: { 'symbol-placement': 'line', 'text-field': ['get', 'name'], 'text-size': 11, 'text-font': font, 'symbol-spacing': 320 },
        paint: { 'text-color': p['ink-faint'], 'text-halo-color': p.paper, 'text-halo-width': 1.5 },
      },
      {
        id: 'ground-name',
        type: 'symbol',
        source: 'outlines',
        minzoom: 11.5,
        filter: ['all', of_shape('Polygon', 'MultiPolygon', 'Point'), ['has', 'name'], of_kind('park', 'water', 'place', 'building')],
        layout: { 'text-field': ['get', 'name'], 'text-size': 11, 'text-font': font },
        paint: { 'text-color': p['ink-faint'], 'text-halo-color': p.paper, 'text-halo-width': 1.5 },
      },
      { id: 'view', type: 'fill', source: 'views', paint: { 'fill-color': ['case', ['get', 'strong'], p.accent, p['ink-faint']], 'fill-opacity': ['case', ['get', 'strong'], 0.35, 0.16] } },
      { id: 'shape', type: 'fill', source: 'shape', paint: { 'fill-color': p.accent, 'fill-opacity': 0.1 } },
      { id: 'shape-line', type: 'line', source: 'shape', paint: { 'line-color': p.accent, 'line-width': 2 } },
      { id: 'leg', type: 'line', source: 'legs', filter: ['!', ['get', 'gap']], layout: { 'line-cap': 'round' }, paint: { 'line-color': p.accent, 'line-width': 2.5, 'line-opacity': 0.75 } },
      { id: 'leg-gap', type: 'line', source: 'legs', filter: ['get', 'gap'], paint: { 'line-color': p['ink-faint'], 'line-width': 1.5, 'line-dasharray': [1, 3] } },
      { id: 'pin-view', type: 'fill', source: 'pin', filter: of_shape('Polygon'), paint: { 'fill-color': p.accent, 'fill-opacity': 0.35 } },
      { id: 'pin', type: 'circle', source: 'pin', filter: of_shape('Point'), paint: { 'circle-radius': 7, 'circle-color': p.accent, 'circle-stroke-width': 3, 'circle-stroke-color': p['paper-raised'] } },
      {
        id: 'halo',
        type: 'circle',
        source: 'cameras',
        filter: ['all', ['!', ['has', 'point_count']], ['any', ['get', 'selected'], ['get', 'lit']]],
        paint: { 'circle-radius': ['case', ['get', 'lit'], 15, 12], 'circle-color': p.accent, 'circle-opacity': ['case', ['get', 'lit'], 0.25, 0.12], 'circle-stroke-color': p.accent, 'circle-stroke-width': ['case', ['get', 'lit'], 2.5, 1.5] },
      },
      {
        id: 'cluster',
        type: 'circle',
        source: 'cameras',
        filter: ['has', 'point_count'],
        paint: { 'circle-radius': ['step', ['get', 'point_count'], 14, 10, 17, 50, 21], 'circle-color': p['paper-raised'], 'circle-stroke-color': p.accent, 'circle-stroke-width': 2 },
      },
      {
        id: 'cluster-count',
        type: 'symbol',
        source: 'cameras',
        filter: ['has', 'point_count'],
        layout: { 'text-field': ['to-string', ['get', 'point_count']], 'text-size': 13, 'text-font': font, 'text-allow-overlap': true },
        paint: { 'text-color': p.ink },
      },
      {
        id: 'camera',
        type: 'symbol',
        source: 'cameras',
        filter: ['!', ['has', 'point_count']],
        layout: { 'icon-image': ['concat', 'camera-', ['get', 'state']], 'icon-allow-overlap': true },
      },
      {
        id: 'camera-name',
        type: 'symbol',
        source: 'cameras',
        minzoom: 12,
        filter: ['!', ['has', 'point_count']],
        layout: { 'text-field': ['get', 'name'], 'text-size': 12, 'text-font': font, 'text-offset': [0, 1.1], 'text-anchor': 'top', 'text-optional': true },
        paint: { 'text-color': p.ink, 'text-halo-color': p.paper, 'text-halo-width': 2 },
      },
      {
        id: 'reads',
        type: 'symbol',
        source: 'cameras',
        filter: ['>', ['get', 'reads'], 0],
        layout: { 'text-field': ['concat', ['to-string', ['get', 'reads']], ['case', ['==', ['get', 'reads'], 1], ' read', ' reads']], 'text-size': 13, 'text-font': font, 'text-variable-anchor': ['left', 'right', 'bottom', 'top'], 'text-radial-offset': ['case', ['has', 'point_count'], 1.4, 0.9], 'text-overlap': 'always' },
        paint: { 'text-color': p.accent, 'text-halo-color': p['paper-raised'], 'text-halo-width': 3 },
      },
    ],
  };
}
