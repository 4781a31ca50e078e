import type { Schemas } from '@/api/client';
import type { Meaning } from '@/ui';

type Channel = Schemas['Channel'];
export type Part = Channel['parts'][number];
export type Kind = Channel['kind'];

export const KINDS: readonly { value: Kind; label: string }[] = [
  { value: 'webhook', label: 'Webhook: a signed JSON message' },
  { value: 'cap', label: 'CAP 1.2: a message for alerting systems' },
  { value: 'mqtt', label: 'MQTT: an event for a broker, as Home Assistant reads them' },
  { value: 'mail', label: 'Mail' },
];
export const kind_word: Record<Kind, string> = { webhook: 'Webhook', cap: 'CAP 1.2', mqtt: 'MQTT', mail: 'Mail' };

const web = { start: 'https://', schemes: ['https'], hint: 'https only; addresses inside your own network are called only where whoever runs the server named them' };
/** What the address of each kind looks like. */
export const way_of: Record<Kind, { start: string; schemes: readonly string[]; hint: string }> = {
  webhook: web,
  cap: web,
  mqtt: { start: 'mqtts://', schemes: ['mqtts', 'mqtt'], hint: 'The broker, like mqtts://broker.example:8883; inside your own network only where whoever runs the server named it' },
  mail: { start: 'smtps://', schemes: ['smtps', 'smtp'], hint: 'The mail server: smtps://mail.example:465, or smtp://mail.example:587 with STARTTLS' },
};
export const is_address = (kind: Kind, url: string) => way_of[kind].schemes.some((scheme) => url.trim().startsWith(`${scheme}://`) && url.trim().length > scheme.length + 3);

export const PARTS: readonly { value: Part; label: string }[] = [
  { value: 'hotlist', label: 'The hotlist’s name' },
  { value: 'camera', label: 'The camera’s name' },
  { value: 'place', label: 'The camera’s place' },
  { value: 'reason', label: 'The entry’s reason, as somebody typed it' },
];

export const STATES: readonly { value: Schemas['AlertState']; label: string }[] = [
  { value: 'pending', label: 'An alert waits for a person' },
  { value: 'confirmed', label: 'A person confirmed it' },
  { value: 'rejected', label: 'A person rejected it' },
  { value: 'closed', label: 'Its outcome is known' },
];

export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
export const has_day = (days: number, day: number) => ((days >> day) & 1) === 1;
export const with_day = (days: number, day: number, on: boolean) => (on ? days | (1 << day) : days & ~(1 << day));

/** "22:00" ↔ minutes of the day; undefined when it is no time. */
export const clock_of = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
export function minute_of(clock: string): number | undefined {
  const found = /^(\d{1,2}):(\d{2})$/.exec(clock.trim());
  if (!found) return undefined;
  const [hour, minute] = [Number(found[1]), Number(found[2])];
  return hour < 24 && minute < 60 ? hour * 60 + minute : undefined;
}

export const outcomes: Record<Schemas['Delivery']['state'], { word: string; meaning: Meaning }> = {
  waiting: { word: 'Waits', meaning: 'plain' },
  delivered: { word: 'Delivered', meaning: 'resolved' },
  dead: { word: 'Given up', meaning: 'needed' },
  quiet: { word: 'Held back', meaning: 'stale' },
};

/** What a channel does, in a line. */
export function channel_sentence(c: Pick<Channel, 'parts' | 'quiet_from_min' | 'quiet_until_min' | 'days' | 'camera_ids'>): string {
  const says = c.parts.length ? PARTS.filter((p) => c.parts.includes(p.value)).map((p) => p.label.toLowerCase()).join(', ') : 'only that there is an alert';
  const quiet = c.quiet_from_min === c.quiet_until_min ? '' : `; quiet from ${clock_of(c.quiet_from_min)} to ${clock_of(c.quiet_until_min)}`;
  const days = c.days === 127 ? '' : `; ${DAYS.filter((_, i) => has_day(c.days, i)).join(', ') || 'on no day'}`;
  const cameras = c.camera_ids.length ? `; ${c.camera_ids.length} ${c.camera_ids.length === 1 ? 'camera' : 'cameras'}` : '';
  return `Says ${says}${quiet}${days}${cameras}.`;
}
