import { expect, it } from 'vitest';
import { channel_sentence, clock_of, has_day, is_address, minute_of, with_day } from './words';

it('reads and writes times of the day', () => {
  expect(clock_of(0)).toBe('00:00');
  expect(clock_of(1439)).toBe('23:59');
  expect(minute_of('22:05')).toBe(1325);
  expect(minute_of('7:00')).toBe(420);
  for (const wrong of ['24:00', '12:60', '12', '', 'noon']) expect(minute_of(wrong)).toBeUndefined();
});

it('sets and clears days', () => {
  const week = with_day(with_day(127, 5, false), 6, false);
  expect(week).toBe(31);
  expect(has_day(week, 4)).toBe(true);
  expect(has_day(week, 5)).toBe(false);
});

it('says what a channel tells, and when not', () => {
  const all = { parts: [], quiet_from_min: 0, quiet_until_min: 0, days: 127, camera_ids: [] };
  expect(channel_sentence(all)).toBe('Says only that there is an alert.');
  expect(channel_sentence({ ...all, parts: ['camera'], quiet_from_min: 1320, quiet_until_min: 360, days: 31, camera_ids: ['cam_1'] })).toBe('Says the camera’s name; quiet from 22:00 to 06:00; Mon, Tue, Wed, Thu, Fri; 1 camera.');
});

it('knows the address of each kind', () => {
  expect(is_address('webhook', 'https://hooks.example/')).toBe(true);
  expect(is_address('cap', 'http://hooks.example/')).toBe(false);
  expect(is_address('mqtt', ' mqtts://broker.example:8883')).toBe(true);
  expect(is_address('mail', 'smtps://')).toBe(false);
});
