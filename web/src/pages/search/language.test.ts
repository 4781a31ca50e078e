import { describe, expect, it } from 'vitest';
import { again_of, bytes_before, draft_of, offset_min, put_in, split_text, text_of, units_before } from './language';
import { EMPTY } from './question';

const cameras = [
  { id: 'cam_1', name: 'Main & 5th', place: { lat: 44, lon: -74.9 } },
  { id: 'cam_2', name: 'Mill', place: { lat: 44.1, lon: -74.8 } },
] as never;
const zone = 'America/New_York';

describe('the form as text', () => {
  it('writes every field with its key', () => {
    const text = text_of(
      { ...EMPTY, text: '7?k*', mode: 'wildcard', colors: ['white', 'gray'], bodies: ['pickup'], region: 'us-va', cameras: ['cam_2'],
        shape: { kind: 'circle', circle: { center: { lat: 44, lon: -74.9 }, radius_m: 2000 } }, span: '24h' },
      cameras, zone,
    );
    expect(text).toBe('plate:7?K* region:us-va color:white,gray body:pickup near:"Main & 5th" within:2000m camera:Mill from:24h');
  });
  it('writes times in the zone of the agency', () => {
    expect(text_of({ ...EMPTY, span: 'own', from: '2026-11-20T03:00:00.000Z', to: '' }, cameras, zone)).toBe('from:"2026-11-19 22:00"');
  });
  it('keeps what the form has no field for', () => {
    const rest = split_text('show:convoy plate:AB1 cameras:4 near:"x and y" and near:Mill from:2h');
    expect(rest).toEqual({ head: ['show:convoy', 'cameras:4'], tail: ' and near:Mill from:2h' });
    expect(text_of({ ...EMPTY, text: 'AB2', span: 'kept' }, cameras, zone, rest)).toBe('show:convoy cameras:4 plate:AB2 and near:Mill from:2h');
  });
});

describe('the read that looks are searched for from', () => {
  const id = 'read_01kx3vq6m0t5h2c8z9d4r7w1ab';
  it('is found in the text, and kept when the form is edited', () => {
    expect(again_of(`again:${id} near:Mill`)).toBe(id);
    expect(again_of(`plate:AB1 from:24h`)).toBeUndefined();
    expect(again_of(`again:${id}x`)).toBeUndefined();
    const rest = split_text(`again:${id} color:red`);
    expect(text_of({ ...EMPTY, colors: ['white'], span: 'kept' }, cameras, zone, rest)).toBe(`again:${id} color:white`);
  });
  it('is looked for in all that is kept', () => {
    expect(draft_of({}, `again:${id}`, { behalf: '', behalf_kind: 'own' })).toMatchObject({ span: 'kept' });
  });
});

describe('the text as form', () => {
  const own = { behalf: '', behalf_kind: 'own' as const };
  it('keeps a span in words', () => {
    const d = draft_of({ from: '2026-11-20T03:00:00Z', colors: ['red'] }, 'red from:24h', own);
    expect(d).toMatchObject({ span: '24h', from: '', colors: ['red'] });
  });
  it('takes times as they are, and a plate without a time as all that is kept', () => {
    expect(draft_of({ from: '2026-11-20T03:00:00Z' }, 'from:"Fri 22:00"', own)).toMatchObject({ span: 'own', from: '2026-11-20T03:00:00Z' });
    expect(draft_of({ plate: { text: 'AB', mode: 'prefix' } }, 'AB*', own)).toMatchObject({ span: 'kept', text: 'AB', mode: 'prefix' });
    expect(draft_of({}, '', own).span).toBe('24h');
  });
  it('goes there and back', () => {
    const d = { ...EMPTY, text: 'AB1', mode: 'confusable' as const, span: '7d' as const };
    expect(draft_of({ plate: { text: 'AB1', mode: 'confusable' }, from: '2026-11-20T03:00:00Z' }, text_of(d, cameras, zone), own)).toEqual(d);
  });
});

describe('completions', () => {
  it('counts bytes as the server does', () => {
    expect(bytes_before('é x', 2)).toBe(3);
    expect(units_before('é x', 3)).toBe(2);
  });
  it('goes on behind a key and ends a value', () => {
    expect(put_in('col', { at: 0, length: 3, text: 'color:', meaning: '' })).toEqual({ text: 'color:', cursor: 6 });
    expect(put_in('é color:wh', { at: 9, length: 2, text: 'white', meaning: '' })).toEqual({ text: 'é color:white ', cursor: 14 });
  });
  it('knows the offset of a zone', () => {
    expect(offset_min(Date.parse('2026-11-24T18:30:30Z'), zone)).toBe(-300);
    expect(offset_min(Date.parse('2026-07-24T18:30:30Z'), zone)).toBe(-240);
  });
});
