import type { Schemas } from '@/api/client';
import type { Place, Rectangle, Shape } from './geo';
import type { Leg } from './track';

export type CameraState = Schemas['CameraState'];

export interface MapCamera {
  id: string;
  name: string;
  place: Place;
  bearing_deg: number;
  view_angle_deg: number;
  state: CameraState;
}

/** Reads of one camera among the results: a number beside its dot. */
export interface ReadMark {
  camera_id: string;
  count: number;
}

export type Drawing = 'circle' | 'rectangle' | 'place' | undefined;

export interface MapViewProps {
  /** What the map shows, for people who cannot see it. */
  label: string;
  cameras: readonly MapCamera[];
  center: Place;
  /** Drawn strongly: the chosen ones. */
  selected?: readonly string[];
  /** Lit for a moment: what is hovered or focused elsewhere. */
  lit?: string;
  marks?: readonly ReadMark[];
  legs?: readonly Leg[];
  shape?: Shape;
  /** A place being set, with the way it looks. */
  pin?: { place: Place; bearing_deg: number; view_angle_deg: number };
  drawing?: Drawing;
  /** Show this part; a new object moves the map. */
  fit?: Rectangle;
  on_shape?: (shape: Shape) => void;
  on_place?: (place: Place) => void;
  on_draw_end?: () => void;
  on_hover?: (camera_id: string | undefined) => void;
  on_camera?: (camera_id: string) => void;
}

export const STATE_WORDS: Record<CameraState, string> = {
  ok: 'Reading',
  quiet: 'Quiet',
  away: 'Away',
  'never-seen': 'Never seen',
  disabled: 'Switched off',
};
export const STATES: readonly CameraState[] = ['ok', 'quiet', 'away', 'never-seen', 'disabled'];
