import { describe, expect, it } from 'vitest';
import { EMPTY, from_params, is_empty, problems_of, sentence_of, time_of, to_params, to_request, type Draft } from './question';

const now = Date.parse('2026-11-22T18:00:00Z');
const zone = 'America/Chicago';
const facts = {
  now, zone,
  camera_names: new Map([['cam_1', 'Main at 3rd'], ['cam_2', 'Mill Bridge']]),
  region_name: (code: string) => ({ 'us-mo': 'Missouri' })[code] ?? code,
  case_number: '26-1041',
};
const draft = (change: Partial<Draft>): Draft => ({ ...EMPTY, ...change });

describe('the address', () => {
  const full: Draft = {
    text: 'KD9*', mode: 'wildcard', region: 'us-mo', colors: ['red', 'blue'], bodies: ['pickup'], makes: ['ford'],
    cameras: ['cam_1'], shape: { kind: 'circle', circle: { center: { lat: 37.2, lon: -93.3 }, radius_m: 500 } },
    span: 'own', from: '2026-11-21T00:00:00.000Z', to: '2026-11-22T00:00:00.000Z', behalf: 'Riverton PD', behalf_kind: 'in-state',
  };
  it('carries a question there and back', () => {
    expect(from_params(to_params(full))).toEqual(full);
    const rect = draft({ shape: { kind: 'rectangle', rectangle: { south: 1, west: 2, north: 3, east: 4 } }, span: '7d' });
    expect(from_params(to_params(rect))).toEqual(rect);
    expect(from_params(to_params(EMPTY))).toEqual(EMPTY);
  });
  it('never carries a case', () => {
    expect(to_params(full).has('case')).toBe(false);
  });
  it('survives nonsense', () => {
    const d = from_params(new URLSearchParams('circle=a,b,c&rect=4,3,2,1&last=9y&mode=magic&from=then&kind=king&color=,,'));
    expect(d).toEqual(EMPTY);
    expect(from_params(new URLSearchParams('circle=91,0,5')).shape).toBeUndefined();
  });
  it('lets wildcards decide the mode', () => {
    expect(from_params(new URLSearchParams('plate=K?9')).mode).toBe('wildcard');
  });
});

describe('what keeps a question from being asked', () => {
  it('asks for something to look for', () => {
    expect(is_empty(EMPTY)).toBe(true);
    expect(problems_of(EMPTY, now, zone).map((p) => p.field)).toEqual(['question']);
    expect(problems_of(draft({ text: 'KD9' }), now, zone)).toEqual([]);
  });
  it('checks times', () => {
    const own = (from: string, to: string): string[] =>
      problems_of(draft({ text: 'A1', span: 'own', from, to }), now, zone).map((p) => p.field);
    expect(own('', '')).toEqual(['time']);
    expect(own('2026-11-22T00:00:00Z', '2026-11-21T00:00:00Z')).toEqual(['time']);
    expect(own('2027-01-01T00:00:00Z', '')).toEqual(['time']);
    expect(own('2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z')).toEqual([]);
  });
  it('does not ask about everybody who passed', () => {
    const wrong = (part: Partial<Draft>): string[] => problems_of(draft(part), now, zone, 21).map((p) => p.field);
    expect(wrong({ text: '?*', mode: 'wildcard' })).toEqual(['question']);
    expect(wrong({ text: '?K*', mode: 'wildcard' })).toEqual(['question']);
    expect(wrong({ text: '?K9*', mode: 'wildcard', span: 'kept' })).toEqual([]);
    expect(wrong({ region: 'us-oh' })).toEqual(['question']);
    expect(wrong({ colors: ['red'], span: '7d' })).toEqual([]);
    expect(wrong({ colors: ['red'], span: '14d' })).toEqual(['time']);
    expect(wrong({ colors: ['red'], span: 'kept' })).toEqual(['time']);
    expect(wrong({ cameras: ['cam_1'], span: '24h' })).toEqual([]);
    expect(wrong({ cameras: ['cam_1'], span: '7d' })).toEqual(['time']);
    expect(wrong({ cameras: ['cam_1'], colors: ['red'], span: 'kept' })).toEqual([]);
  });
  it('needs the name of whoever it is for', () => {
    expect(problems_of(draft({ text: 'A1', behalf_kind: 'federal' }), now, zone).map((p) => p.field)).toEqual(['behalf']);
  });
});

describe('the request', () => {
  it('holds only what was asked', () => {
    expect(to_request(draft({ text: ' kd9-p4c', span: 'kept' }), 'case_1', now, zone, 'Demo PD')).toEqual({
      case_id: 'case_1',
      on_behalf_of: { agency: 'Demo PD', kind: 'own' },
      question: { plate: { text: 'KD9P4C', mode: 'exact' } },
      limit: 50,
    });
  });
  it('says "all kept" as a time where the server would take less by itself', () => {
    expect(time_of(draft({ text: 'KD9', span: 'kept' }), now, zone, 21)).toEqual({});
    expect(time_of(draft({ colors: ['red'], span: 'kept' }), now, zone, 21).from).toBe('2026-11-01T18:00:00.000Z');
  });
  it('fixes the span to the moment of asking', () => {
    expect(time_of(draft({ span: '24h' }), now, zone)).toEqual({
      from: '2026-11-21T18:00:00.000Z', to: '2026-11-22T18:00:00.000Z',
    });
    expect(time_of(draft({ span: 'today' }), now, zone).from).toBe('2026-11-22T06:00:00.000Z');
  });
});

describe('the sentence', () => {
  it('says plate, time and case', () => {
    expect(sentence_of(draft({ text: 'kd9', mode: 'prefix', span: '7d' }), facts)).toBe(
      'Vehicles whose plate starts with KD9, in the last 7 days. Asked under case 26-1041, and recorded.',
    );
  });
  it('says looks, region, camera, place and on whose behalf', () => {
    const s = sentence_of(
      draft({
        colors: ['red', 'blue'], bodies: ['suv'], makes: ['gmc'], region: 'us-mo', cameras: ['cam_2'],
        shape: { kind: 'circle', circle: { center: { lat: 0, lon: 0 }, radius_m: 500 } },
        behalf: 'Riverton PD', behalf_kind: 'in-state',
      }),
      facts,
    );
    expect(s).toBe(
      'Red or blue GMC SUVs, registered in Missouri, at Mill Bridge, within 0.3 mi (500 m) of the chosen place, ' +
        'in the last 24 hours. Asked under case 26-1041, on behalf of Riverton PD, and recorded.',
    );
  });
  it('says several bodies and many cameras', () => {
    const s = sentence_of(draft({ bodies: ['van', 'bus'], cameras: ['1', '2', '3', '4'], span: 'own', from: '2026-11-22T13:05:00Z' }), facts);
    expect(s).toMatch(/^Vans or buses, at 4 chosen cameras, since Nov 22, 07:05 CST\./);
  });
});
