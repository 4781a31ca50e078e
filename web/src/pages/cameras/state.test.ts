import { expect, it } from 'vitest';
import { by_urgency, type Camera, summary_of } from './state';

const camera = (name: string, state: Camera['state']): Camera => ({
  id: name,
  name,
  state,
  place: { lat: 0, lon: 0 },
  bearing_deg: 0,
  view_angle_deg: 40,
  enabled: state !== 'disabled',
  reads_last_hour: 0,
  has_token: true,
});
const town = [camera('Z', 'ok'), camera('Off', 'disabled'), camera('B', 'away'), camera('A', 'away'), camera('Q', 'quiet')];

it('puts what needs somebody first', () => {
  expect(by_urgency(town).map((c) => c.name)).toEqual(['A', 'B', 'Q', 'Z', 'Off']);
});

it('sums up in words', () => {
  expect(summary_of(town)).toBe('1 of 5 reading; 2 away, 1 quiet, 1 switched off');
  expect(summary_of([camera('Z', 'ok')])).toBe('1 of 1 reading');
});
