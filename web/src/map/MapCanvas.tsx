import { useQuery } from '@tanstack/react-query';
import { Maximize, Minus, Plus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { FeatureCollection } from 'geojson';
import { useTheme } from '@/app/theme';
import { Button, distance_text } from '@/ui';
import { type Hovered, MapController, type View } from './controller';
import { camera_points, camera_views, leg_lines, pin_marks, shape_area } from './data';
import { bounds_of, metres_per_pixel, type Rectangle, rectangle_size_m, type Shape } from './geo';
import { type MapViewProps, STATE_WORDS } from './model';
import { map_query } from './queries';
import { ScaleBar } from './ScaleBar';
import { NOTHING } from './style';
import './map.css';

const WEDGE_PX = 34; // how long a camera's wedge is drawn; not how far it sees
const dark_query = window.matchMedia('(prefers-color-scheme: dark)');
function watch_system(changed: () => void) {
  dark_query.addEventListener('change', changed);
  return () => dark_query.removeEventListener('change', changed);
}
const useSystemDark = () => useSyncExternalStore(watch_system, () => dark_query.matches);

const shape_words = (shape: Shape) => {
  if (shape.kind === 'circle') return `Radius ${distance_text(shape.circle.radius_m)}`;
  const { width_m, height_m } = rectangle_size_m(shape.rectangle);
  return `${distance_text(width_m)} by ${distance_text(height_m)}`;
};

function everything(props: MapViewProps): Rectangle | undefined {
  return bounds_of(props.cameras.map((c) => c.place));
}

export default function MapCanvas(props: MapViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const [controller, set_controller] = useState<MapController>();
  const [failed, set_failed] = useState('');
  const [view, set_view] = useState<View>();
  const [hovered, set_hovered] = useState<Hovered>();
  const [draft, set_draft] = useState<Shape>();
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!box.current) return;
    let made: MapController;
    try {
      made = new MapController(box.current, latest.current.center, {
        on_ready: () => set_controller(made),
        on_view: set_view,
        on_hover: (h) => {
          set_hovered(h);
          latest.current.on_hover?.(h?.id);
        },
        on_camera: (id) => latest.current.on_camera?.(id),
        on_place: (place) => latest.current.on_place?.(place),
        on_shape: (shape, final) => {
          set_draft(final ? undefined : shape);
          if (!final) return;
          latest.current.on_shape?.(shape);
          latest.current.on_draw_end?.();
        },
      });
    } catch (error) {
      // No WebGL, or the worker was refused: the list beside the map shows the same.
      set_failed(error instanceof Error ? error.message : 'The map could not start.');
      return;
    }
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(box.current);
    return () => {
      watcher.disconnect();
      made.destroy();
      set_controller(undefined);
    };
  }, []);

  const outlines = useQuery(map_query);
  const { cameras, selected, lit, marks, legs, shape, pin, drawing, fit } = props;
  const points = useMemo(() => camera_points({ cameras, selected, lit, marks }), [cameras, selected, lit, marks]);
  // Wedges keep about the same size on the screen: they follow the zoom in half steps.
  const wedge_zoom = Math.round((view?.zoom ?? 13) * 2) / 2;
  const reach_m = WEDGE_PX * metres_per_pixel(props.center.lat, wedge_zoom);
  const views = useMemo(() => camera_views(cameras, [...(selected ?? []), lit], reach_m), [cameras, selected, lit, reach_m]);
  const area = useMemo(() => shape_area(draft ?? shape), [draft, shape]);
  const lines = useMemo(() => leg_lines(legs ?? []), [legs]);
  const pins = useMemo(() => pin_marks(pin, reach_m), [pin, reach_m]);
  useEffect(() => controller?.set('outlines', (outlines.data as FeatureCollection | undefined) ?? NOTHING), [controller, outlines.data]);
  useEffect(() => controller?.set('cameras', points), [controller, points]);
  useEffect(() => controller?.set('views', views), [controller, views]);
  useEffect(() => controller?.set('shape', area), [controller, area]);
  useEffect(() => controller?.set('legs', lines), [controller, lines]);
  useEffect(() => controller?.set('pin', pins), [controller, pins]);
  useEffect(() => controller?.set_drawing(drawing), [controller, drawing]);

  const theme = useTheme();
  const system_dark = useSystemDark();
  useEffect(() => controller?.recolor(), [controller, theme, system_dark]);

  // The first look shows everything; later ones what the page asks for.
  const first = cameras.length > 0;
  useEffect(() => {
    const all = fit ?? everything(latest.current);
    if (controller && all) controller.fit(all);
  }, [controller, fit, first]);

  useEffect(() => {
    if (!drawing) return;
    const cancel = (e: KeyboardEvent) => {
      if (e.key !== 'Escape') return;
      e.stopPropagation();
      set_draft(undefined);
      latest.current.on_draw_end?.();
    };
    window.addEventListener('keydown', cancel, true);
    return () => window.removeEventListener('keydown', cancel, true);
  }, [drawing]);

  const named = hovered ? cameras.find((c) => c.id === hovered.id) : undefined;
  const fit_all = () => {
    const all = everything(props);
    if (all) controller?.fit(all);
  };
  return (
    <div className="map" role="region" aria-label={props.label}>
      <div ref={box} className="map-canvas" />
      {controller || failed ? null : (
        <p className="map-drawing" role="status">
          Drawing the map…
        </p>
      )}
      {failed ? (
        <p className="map-failed" role="status">
          The map cannot be drawn in this browser: it has no WebGL. The list shows the same cameras. <span className="faint">{failed}</span>
        </p>
      ) : (
        <>
          <div className="map-tools">
            <Button size="small" aria-label="Zoom in" icon={<Plus size={16} aria-hidden />} onPress={() => controller?.zoom_by(1)} />
            <Button size="small" aria-label="Zoom out" icon={<Minus size={16} aria-hidden />} onPress={() => controller?.zoom_by(-1)} />
            <Button size="small" aria-label="Show all cameras" icon={<Maximize size={16} aria-hidden />} onPress={fit_all} />
          </div>
          {view ? <ScaleBar lat={view.center.lat} zoom={view.zoom} /> : null}
        </>
      )}
      {drawing ? (
        <p className="map-hint" role="status">
          {draft ? shape_words(draft) : drawing === 'place' ? 'Click the place' : drawing === 'circle' ? 'Drag from the middle outward' : 'Drag from corner to corner'}
          {drawing === 'place' ? null : <span className="faint"> · Esc ends</span>}
        </p>
      ) : shape ? (
        <p className="map-hint">{shape_words(shape)}</p>
      ) : null}
      {named && hovered ? (
        <p
          className="map-tip"
          ref={(el) => {
            el?.style.setProperty('left', `${hovered.x_px}px`);
            el?.style.setProperty('top', `${hovered.y_px}px`);
          }}
        >
          <span className="strong">{named.name}</span> <span className="soft">{STATE_WORDS[named.state]}</span>
        </p>
      ) : null}
    </div>
  );
}
