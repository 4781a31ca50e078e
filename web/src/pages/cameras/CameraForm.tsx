import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, call, new_idempotency_key } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { compass_word, type Place } from '@/map/geo';
import { Button, Field, ProblemPanel } from '@/ui';
import type { Camera } from './state';

export interface Placed {
  place: Place;
  bearing_deg: number;
  view_angle_deg: number;
}

interface Props {
  camera?: Camera;
  /** Set by a click on the map as well as by the fields here. */
  placed?: Placed;
  on_placed: (placed: Placed) => void;
  center?: Place;
  on_done: (camera?: Camera) => void;
}

const number = (text: string): number | undefined => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined);

/** A new camera, or the place and name of one. */
export function CameraForm({ camera, placed, on_placed, center, on_done }: Props) {
  const queries = useQueryClient();
  const [name, set_name] = useState(camera?.name ?? '');
  const [description, set_description] = useState(camera?.description ?? '');
  const [tried, set_tried] = useState(false);
  const [key] = useState(new_idempotency_key);
  const at: Placed | undefined = placed ?? (camera ? { place: camera.place, bearing_deg: camera.bearing_deg, view_angle_deg: camera.view_angle_deg } : undefined);
  useEffect(() => {
    if (!placed && at) on_placed(at);
    // Only at first: the pin shows where the camera stands now.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const move = (part: Partial<Placed>) => {
    const base = at ?? { place: center ?? { lat: 0, lon: 0 }, bearing_deg: 0, view_angle_deg: 40 };
    on_placed({ ...base, ...part });
  };
  const save = useMutation({
    mutationFn: (to: Placed) => {
      const body = { name: name.trim(), description: description.trim(), ...to };
      return camera
        ? call(api.PATCH('/api/v1/cameras/{id}', { params: { path: { id: camera.id } }, body }))
        : call(api.POST('/api/v1/cameras', { params: { header: { 'Idempotency-Key': key } }, body }));
    },
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: ['cameras'] });
      void queries.invalidateQueries({ queryKey: ['camera', saved.id] });
      on_done(saved);
    },
  });
  const said = save.error instanceof ApiProblem ? save.error.fields : {};
  return (
    <form
      className="stack camera-form"
      onSubmit={(e) => {
        e.preventDefault();
        set_tried(true);
        if (name.trim() && at) save.mutate(at);
      }}
    >
      <h2>{camera ? `Change ${camera.name}` : 'Add a camera'}</h2>
      <Field label="Name" value={name} onChange={set_name} maxLength={80} autoFocus placeholder="Main & 3rd, eastbound" error={said.name ?? (tried && !name.trim() ? 'People find it by this name.' : undefined)} />
      <Field label="Note" value={description} onChange={set_description} maxLength={300} />
      <p className="small soft">Click its place on the map, or write it here.</p>
      <div className="two-fields">
        <Figure label="Latitude" value={at?.place.lat} digits={6} most={90} on_change={(lat) => move({ place: { lat, lon: at?.place.lon ?? center?.lon ?? 0 } })} error={tried && !at ? 'Where does it stand?' : undefined} />
        <Figure label="Longitude" value={at?.place.lon} digits={6} most={180} on_change={(lon) => move({ place: { lat: at?.place.lat ?? center?.lat ?? 0, lon } })} />
        <Figure label="Looks toward (degrees from north)" value={at?.bearing_deg} digits={0} most={360} on_change={(bearing_deg) => move({ bearing_deg: ((bearing_deg % 360) + 360) % 360 })} hint={at ? compass_word(at.bearing_deg) : undefined} />
        <Figure label="Width of its view (degrees)" value={at?.view_angle_deg} digits={0} most={180} on_change={(view_angle_deg) => move({ view_angle_deg: Math.max(1, view_angle_deg) })} />
      </div>
      {save.error ? <ProblemPanel error={save.error} /> : null}
      <div className="row">
        <Button kind="primary" type="submit" isDisabled={save.isPending}>
          {camera ? 'Save' : 'Add the camera'}
        </Button>
        <Button kind="quiet" onPress={() => on_done()}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

interface FigureProps {
  label: string;
  value?: number;
  digits: number;
  most: number;
  hint?: string;
  error?: string;
  on_change: (value: number) => void;
}

/** A number that is also set from outside: what is typed stays as typed until it leaves the field. */
function Figure({ label, value, digits, most, hint, error, on_change }: FigureProps) {
  const [typed, set_typed] = useState<string>();
  const shown = typed ?? (value === undefined ? '' : String(Number(value.toFixed(digits))));
  const parsed = number(shown);
  const wrong = typed !== undefined && (parsed === undefined || Math.abs(parsed) > most) ? `A number up to ${most}.` : undefined;
  return (
    <Field
      label={label}
      inputMode="decimal"
      value={shown}
      hint={hint}
      error={wrong ?? error}
      onChange={(text) => {
        set_typed(text);
        const n = number(text);
        if (n !== undefined && Math.abs(n) <= most) on_change(n);
      }}
      onBlur={() => set_typed(undefined)}
    />
  );
}
