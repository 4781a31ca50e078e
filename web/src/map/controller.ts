// The only user of MapLibre: a canvas, its data, and pointers turned into shapes. React stands outside.

import * as maplibre from 'maplibre-gl/dist/maplibre-gl-csp.js';
import worker_url from 'maplibre-gl/dist/maplibre-gl-csp-worker.js?url';
import type { GeoJSONSource, Map as GlMap, MapMouseEvent, MapTouchEvent } from 'maplibre-gl';
import type { FeatureCollection } from 'geojson';
import { distance_m, type Place, type Rectangle, rectangle_of, type Shape } from './geo';
import { draw_icon } from './icons';
import { type Drawing, STATES } from './model';
import { read_palette } from './palette';
import { type MapData, NOTHING, type SourceName, SOURCES, style_for } from './style';

maplibre.setWorkerUrl(worker_url);

export interface View {
  zoom: number;
  center: Place;
}
export interface Hovered {
  id: string;
  x_px: number;
  y_px: number;
}
export interface Handlers {
  on_ready: () => void;
  on_view: (view: View) => void;
  on_hover: (hovered: Hovered | undefined) => void;
  on_camera: (id: string) => void;
  on_shape: (shape: Shape, final: boolean) => void;
  on_place: (place: Place) => void;
}

const SMALLEST_DRAG_M = 10; // shorter than this was a click, and the server takes no smaller circle
// Room at the right for the words beside the last camera.
const FIT = { padding: { top: 48, right: 84, bottom: 56, left: 60 }, maxZoom: 15.5 };

const place_of = (e: MapMouseEvent | MapTouchEvent): Place => ({ lat: e.lngLat.lat, lon: e.lngLat.lng });

export class MapController {
  private readonly map: GlMap;
  private readonly data: MapData = Object.fromEntries(SOURCES.map((s) => [s, NOTHING])) as MapData;
  private drawing: Drawing;
  private start: Place | undefined;
  private ready = false;

  /** Throws where the browser has no WebGL. */
  constructor(container: HTMLElement, center: Place, private readonly handlers: Handlers) {
    this.map = new maplibre.Map({
      container,
      style: style_for(read_palette(), this.data),
      center: [center.lon, center.lat],
      zoom: 13,
      maxZoom: 18,
      minZoom: 3,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      reduceMotion: window.matchMedia('(prefers-reduced-motion: reduce)').matches,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.getCanvas().setAttribute('aria-label', 'Map: arrow keys move it, plus and minus zoom');
    this.add_icons();
    this.map.on('style.load', () => this.add_icons());
    this.map.on('load', () => {
      this.ready = true;
      SOURCES.forEach((name) => this.push(name));
      handlers.on_ready();
      this.tell_view();
    });
    this.map.on('move', () => this.tell_view());
    this.listen_cameras();
    this.listen_drawing();
  }

  destroy() {
    this.map.remove();
  }

  set(name: SourceName, features: FeatureCollection) {
    if (this.data[name] === features) return;
    this.data[name] = features;
    this.push(name);
  }

  recolor() {
    this.map.setStyle(style_for(read_palette(), this.data), { diff: true });
    this.add_icons();
  }

  set_drawing(drawing: Drawing) {
    this.drawing = drawing;
    this.start = undefined;
    const canvas = this.map.getCanvas();
    canvas.style.cursor = drawing ? 'crosshair' : '';
    if (drawing === 'circle' || drawing === 'rectangle') this.map.dragPan.disable();
    else this.map.dragPan.enable();
  }

  fit(r: Rectangle) {
    this.map.fitBounds([r.west, r.south, r.east, r.north], { ...FIT, duration: 0 });
  }

  zoom_by(steps: number) {
    this.map.zoomTo(this.map.getZoom() + steps, { duration: 120 });
  }

  resize() {
    this.map.resize();
  }

  private push(name: SourceName) {
    if (this.ready) this.map.getSource<GeoJSONSource>(name)?.setData(this.data[name]);
  }

  private add_icons() {
    const palette = read_palette();
    const ratio = Math.max(2, Math.ceil(window.devicePixelRatio));
    for (const state of STATES) {
      const image = draw_icon(state, palette, ratio);
      const name = `camera-${state}`;
      if (!image) continue;
      if (this.map.hasImage(name)) this.map.updateImage(name, image);
      else this.map.addImage(name, image, { pixelRatio: ratio });
    }
  }

  private tell_view() {
    const { lat, lng } = this.map.getCenter();
    this.handlers.on_view({ zoom: this.map.getZoom(), center: { lat, lon: lng } });
  }

  private listen_cameras() {
    const id_of = (e: { features?: { properties: Record<string, unknown> }[] }) => String(e.features?.[0]?.properties.id ?? '');
    this.map.on('mousemove', 'camera', (e) => {
      if (!this.drawing) this.map.getCanvas().style.cursor = 'pointer';
      this.handlers.on_hover({ id: id_of(e), x_px: e.point.x, y_px: e.point.y });
    });
    this.map.on('mouseleave', 'camera', () => {
      if (!this.drawing) this.map.getCanvas().style.cursor = '';
      this.handlers.on_hover(undefined);
    });
    this.map.on('click', 'camera', (e) => {
      if (!this.drawing) this.handlers.on_camera(id_of(e));
    });
    this.map.on('click', 'cluster', (e) => {
      const cluster = e.features?.[0];
      if (!cluster || this.drawing) return;
      const source = this.map.getSource<GeoJSONSource>('cameras');
      void source?.getClusterExpansionZoom(Number(cluster.properties.cluster_id)).then((zoom) => {
        this.map.easeTo({ center: e.lngLat, zoom, duration: 150 });
      });
    });
    this.map.on('click', (e) => {
      if (this.drawing === 'place') this.handlers.on_place(place_of(e));
    });
  }

  private listen_drawing() {
    const down = (e: MapMouseEvent | MapTouchEvent) => {
      if (this.drawing !== 'circle' && this.drawing !== 'rectangle') return;
      e.preventDefault();
      this.start = place_of(e);
    };
    const move = (e: MapMouseEvent | MapTouchEvent) => {
      const shape = this.shape_to(place_of(e));
      if (shape) this.handlers.on_shape(shape, false);
    };
    const up = (e: MapMouseEvent | MapTouchEvent) => {
      const shape = this.shape_to(place_of(e));
      this.start = undefined;
      if (shape) this.handlers.on_shape(shape, true);
    };
    this.map.on('mousedown', down);
    this.map.on('mousemove', move);
    this.map.on('mouseup', up);
    this.map.on('touchstart', down);
    this.map.on('touchmove', move);
    this.map.on('touchend', up);
  }

  private shape_to(place: Place): Shape | undefined {
    if (!this.start) return undefined;
    const radius_m = distance_m(this.start, place);
    if (radius_m < SMALLEST_DRAG_M) return undefined;
    if (this.drawing === 'circle') return { kind: 'circle', circle: { center: this.start, radius_m } };
    return { kind: 'rectangle', rectangle: rectangle_of(this.start, place) };
  }
}
