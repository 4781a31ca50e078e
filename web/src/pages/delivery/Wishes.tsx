import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { cameras_query } from '@/api/queries';
import { Checkbox, Field, useZone } from '@/ui';
import { clock_of, DAYS, has_day, minute_of, PARTS, STATES, with_day, type Part } from './words';

type Wished = Pick<Schemas['Channel'], 'enabled' | 'parts' | 'states' | 'quiet_from_min' | 'quiet_until_min' | 'days' | 'cooldown_s' | 'camera_ids'>;

/** As typed: what a message says, when, and about which cameras. */
export interface Draft {
  enabled: boolean;
  parts: readonly Part[];
  states: readonly Schemas['AlertState'][];
  from: string;
  until: string;
  days: number;
  pause_min: string;
  camera_ids: readonly string[];
}

export const draft_of = (was?: Wished): Draft => ({
  enabled: was?.enabled ?? true,
  parts: was?.parts ?? ['hotlist', 'camera'],
  states: was?.states ?? ['pending'],
  from: clock_of(was?.quiet_from_min ?? 0),
  until: clock_of(was?.quiet_until_min ?? 0),
  days: was?.days ?? 127,
  pause_min: String((was?.cooldown_s ?? 0) / 60),
  camera_ids: was?.camera_ids ?? [],
});

const pause_of = (draft: Draft) => {
  const seconds = Math.round(Number(draft.pause_min) * 60);
  return Number.isFinite(seconds) && seconds >= 0 && seconds <= 86_400 ? seconds : undefined;
};

/** undefined: something in it is not right. */
export function wishes_of(draft: Draft): Wished | undefined {
  const quiet_from_min = minute_of(draft.from);
  const quiet_until_min = minute_of(draft.until);
  const cooldown_s = pause_of(draft);
  if (quiet_from_min === undefined || quiet_until_min === undefined || cooldown_s === undefined || draft.states.length === 0) return undefined;
  return { enabled: draft.enabled, parts: [...draft.parts], states: [...draft.states], quiet_from_min, quiet_until_min, days: draft.days, cooldown_s, camera_ids: [...draft.camera_ids] };
}

interface WishesProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  said: Record<string, string>;
  note: string;
}

/** The part of a form that every way of telling has. */
export function Wishes({ draft, change, said, note }: WishesProps) {
  const zone = useZone();
  const cameras = useQuery(cameras_query);
  const toggled = <T,>(list: readonly T[], item: T, on: boolean) => (on ? [...list, item] : list.filter((i) => i !== item));
  return (
    <>
      <fieldset className="channel-choices">
        <legend className="field-label">What a message says, besides that there is an alert</legend>
        {PARTS.map((p) => (
          <Checkbox key={p.value} isSelected={draft.parts.includes(p.value)} onChange={(on) => change({ parts: toggled(draft.parts, p.value, on) })}>
            {p.label}
          </Checkbox>
        ))}
        <p className="small soft">{note}</p>
      </fieldset>
      <fieldset className="channel-choices">
        <legend className="field-label">When</legend>
        {STATES.map((s) => (
          <Checkbox key={s.value} isSelected={draft.states.includes(s.value)} onChange={(on) => change({ states: toggled(draft.states, s.value, on) })}>
            {s.label}
          </Checkbox>
        ))}
      </fieldset>
      <div className="two-fields">
        <Field label={`Quiet from (${zone})`} hint="The same twice: never quiet" value={draft.from} onChange={(from) => change({ from })} error={minute_of(draft.from) === undefined ? 'A time like 22:00.' : said.quiet_from_min} />
        <Field label="Quiet until" value={draft.until} onChange={(until) => change({ until })} error={minute_of(draft.until) === undefined ? 'A time like 06:00.' : said.quiet_until_min} />
        <Field label="Pause in minutes" hint="After a message, others of the same list and camera are held back for so long" inputMode="numeric" value={draft.pause_min} onChange={(pause_min) => change({ pause_min })} error={pause_of(draft) === undefined ? 'At most a day.' : said.cooldown_s} />
      </div>
      <fieldset className="channel-choices">
        <legend className="field-label">Days</legend>
        {DAYS.map((day, i) => (
          <Checkbox key={day} isSelected={has_day(draft.days, i)} onChange={(on) => change({ days: with_day(draft.days, i, on) })}>
            {day}
          </Checkbox>
        ))}
      </fieldset>
      <fieldset className="channel-choices">
        <legend className="field-label">Cameras {draft.camera_ids.length ? '' : '(all)'}</legend>
        {cameras.data?.map((c) => (
          <Checkbox key={c.id} isSelected={draft.camera_ids.includes(c.id)} onChange={(on) => change({ camera_ids: toggled(draft.camera_ids, c.id, on) })}>
            {c.name}
          </Checkbox>
        ))}
      </fieldset>
      <Checkbox isSelected={draft.enabled} onChange={(enabled) => change({ enabled })}>
        Switched on
      </Checkbox>
    </>
  );
}
