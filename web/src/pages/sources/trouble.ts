import type { Schemas } from '@/api/client';

type Outside = Schemas['Outside'];
type Source = Schemas['Source'];

/** Longer than this without a message, and somebody should look: a camera may also just see no traffic. */
export const QUIET_MS = 24 * 3_600_000;

export interface Trouble {
  id: string;
  /** Where on the page it stands. */
  to: string;
  name: string;
  what: string;
  /** Since when, where that is known. */
  since?: string;
}

/** Everything that should bring something and does not, in the order of the page: the answer to "why did nothing arrive?". */
export function troubles_of(sources: readonly Source[], outside: Outside, now_ms: number): Trouble[] {
  const found: Trouble[] = [];
  for (const { id, name, enabled, last_message_at } of sources) {
    const to = anchor(id);
    if (!enabled) found.push({ id, to, name, what: 'is switched off: what it sends is refused.' });
    else if (!last_message_at) found.push({ id, to, name, what: 'has never sent anything.' });
    else if (now_ms - Date.parse(last_message_at) > QUIET_MS) found.push({ id, to, name, what: 'has sent nothing since', since: last_message_at });
  }
  for (const one of outside.brokers) {
    const { id, name, failing_since } = one;
    const to = anchor(id);
    if (failing_since) found.push({ id, to, name: `The broker ${name}`, what: 'could not be listened to since', since: failing_since });
    else if (one.connected_since && !one.source_id) found.push({ id, to, name: `The broker ${name}`, what: 'is listened to with a key that no source has.' });
    else if (one.connected_since && one.brought_at && now_ms - Date.parse(one.brought_at) > QUIET_MS) found.push({ id, to, name: `The broker ${name}`, what: 'is connected and has said nothing since', since: one.brought_at });
  }
  for (const one of outside.lists) {
    const { id, name, failing_since } = one;
    const to = anchor(id);
    if (failing_since) found.push({ id, to, name: `The list for ${name}`, what: 'could not be fetched since', since: failing_since });
    else if (one.hotlists.length === 0) found.push({ id, to, name: `The list for ${name}`, what: 'is fetched, and no hotlist takes it.' });
    for (const { id: list, name: list_name, newest } of one.hotlists) {
      if (newest && ['held', 'refused', 'failed'].includes(newest.outcome)) found.push({ id: `${id} ${list}`, to, name: `The newest file for “${list_name}”`, what: newest.outcome === 'held' ? 'waits for a person since' : `was ${newest.outcome}`, since: newest.at });
    }
  }
  const { feed, present } = outside.cases;
  const to = anchor('cases');
  if (feed?.failing_since) found.push({ id: 'cases', to, name: 'The extract of cases', what: 'could not be taken since', since: feed.failing_since });
  else if (feed?.age === 'not-read') found.push({ id: 'cases', to, name: 'The extract of cases', what: 'was not read since', ...(feed.good_at ? { since: feed.good_at } : {}) });
  else if (feed?.age === 'old' && feed.as_of) found.push({ id: 'cases', to, name: 'The extract of cases', what: 'is read, and the records system has not written a new one since', since: feed.as_of });
  else if (present && !feed) found.push({ id: 'cases', to, name: 'The extract of cases', what: 'is set up, and was not read yet.' });
  if (outside.map.present && !outside.map.read) found.push({ id: 'map', to: anchor('brokers'), name: outside.map.path, what: 'was written after the server started: restart the server.' });
  return found;
}

export const anchor = (id: string) => `at-${id.replace(/[^A-Za-z0-9_-]/g, '-')}`;

const plural = (n: number, one: string) => `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`;

/** "3 opened, 1 closed"; undefined when nothing differed. */
export function round_text(round: Schemas['CaseFeedRound']): string | undefined {
  const parts = (['opened', 'closed', 'reopened', 'changed'] as const).filter((what) => round[what] > 0).map((what) => `${round[what].toLocaleString('en-US')} ${what}`);
  return parts.length ? parts.join(', ') : undefined;
}

export const cases_text = (round: Schemas['CaseFeedRound']) => `It holds ${plural(round.cases, 'case')}${round.refused ? `; ${plural(round.refused, 'row')} ${round.refused === 1 ? 'was' : 'were'} refused` : ''}.`;
