import { lazy, Suspense } from 'react';
import type { MapViewProps } from './model';

export type { Drawing, MapCamera, MapViewProps, ReadMark } from './model';
export { STATE_WORDS } from './model';

const MapCanvas = lazy(() => import('./MapCanvas'));

/** The shared map: cameras, results, shapes. Its code comes when the first map is shown; its box is there at once.
 *  A map is never the only way: whoever uses it offers the same as a list and as fields. */
export function MapView(props: MapViewProps) {
  return (
    <Suspense fallback={<div className="map-wait" role="status" aria-label="The map is loading" />}>
      <MapCanvas {...props} />
    </Suspense>
  );
}
