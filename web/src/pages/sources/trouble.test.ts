import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/client';
import { anchor, round_text, troubles_of } from './trouble';

const now = Date.parse('2026-11-29T12:00:00Z');
const friday = '2026-11-27T09:00:00Z';
const nothing: Schemas['Outside'] = { map: { path: '/d/outside.toml', present: false, read: false }, brokers: [], lists: [], cases: { path: '/d/case-feed.toml', present: false } };
const source = (change: Partial<Schemas['Source']>): Schemas['Source'] => ({ id: 'src_1', name: 'North gate', kind: 'frigate', enabled: true, cameras: [], made_at: friday, address: '', ...change });
const said = (sources: Schemas['Source'][], outside: Partial<Schemas['Outside']>) => troubles_of(sources, { ...nothing, ...outside }, now).map(({ name, what, since }) => `${name} ${what} ${since ?? ''}`.trim());

describe('why nothing arrived', () => {
  it('says nothing where all is well or nothing is set up', () => {
    expect(said([], {})).toEqual([]);
    expect(said([source({ last_message_at: '2026-11-29T11:00:00Z' })], { lists: [{ id: 'list:a', name: 'a', place: '', good_at: friday, hotlists: [{ id: 'h', name: 'Stolen', age: 'fresh' }] }] })).toEqual([]);
  });
  it('names every sender that is silent, and since when', () => {
    expect(said([source({ last_message_at: friday })], {})).toEqual([`North gate has sent nothing since ${friday}`]);
    expect(said([source({}), source({ enabled: false })], {})).toEqual(['North gate has never sent anything.', 'North gate is switched off: what it sends is refused.']);
  });
  it('names brokers and lists that do not work or whose messages nobody takes', () => {
    const broker = { id: 'frigate:yard', name: 'yard', place: 'mqtts://b', topics: '' };
    expect(said([], { brokers: [{ ...broker, failing_since: friday, why: 'x' }] })).toEqual([`The broker yard could not be listened to since ${friday}`]);
    expect(said([], { brokers: [{ ...broker, connected_since: friday }] })).toEqual(['The broker yard is listened to with a key that no source has.']);
    expect(said([], { lists: [{ id: 'list:a', name: 'a', place: '', hotlists: [] }] })).toEqual(['The list for a is fetched, and no hotlist takes it.']);
    const newest = { at: friday, outcome: 'refused' as const, sentence: '' };
    expect(said([], { lists: [{ id: 'list:a', name: 'a', place: '', hotlists: [{ id: 'h', name: 'Stolen', age: 'fresh', newest }] }] })).toEqual([`The newest file for “Stolen” was refused ${friday}`]);
  });
  it('tells an extract that is not read from one that nobody renews', () => {
    const feed = { id: 'cases', name: '', place: '', good_at: friday, as_of: friday };
    expect(said([], { cases: { path: '', present: true, feed: { ...feed, age: 'old' } } })[0]).toMatch(/has not written a new one since/);
    expect(said([], { cases: { path: '', present: true, feed: { ...feed, age: 'not-read' } } })[0]).toMatch(/was not read since/);
    expect(said([], { map: { path: '/d/outside.toml', present: true, read: false } })[0]).toMatch(/restart/);
  });
  it('writes what a round brought, and addresses that a page can have', () => {
    const round = { cases: 3, opened: 2, closed: 0, reopened: 0, changed: 1, refused: 0, unknown_officers: 0, refusals: [] };
    expect(round_text(round)).toBe('2 opened, 1 changed');
    expect(round_text({ ...round, opened: 0, changed: 0 })).toBeUndefined();
    expect(anchor('frigate:yard')).toBe('at-frigate-yard');
  });
});
