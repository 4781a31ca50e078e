import type { Schemas } from '@/api/client';
import { Tag, Time } from '@/ui';

type List = Schemas['Hotlist'];

/** Beside a list's name: only when something is the matter. */
export function AgeTag({ freshness }: { freshness: List['freshness'] }) {
  if (freshness.state === 'stopped') return <Tag meaning="needed">Stopped alerting</Tag>;
  if (freshness.state === 'stale') return <Tag meaning="needed">Old</Tag>;
  if (freshness.state === 'ended') return <Tag meaning="stale">Ended</Tag>;
  return null;
}

/** How old a list is and what follows from it. */
export function Age({ list }: { list: List }) {
  const { state, as_of, stops_at } = list.freshness;
  const since = as_of ? (
    <>
      {' '}
      {list.origin ? `${list.origin.agency} last confirmed it` : 'Its newest file is of'} <Time at={as_of} style="full" />.
    </>
  ) : null;
  if (state === 'ended')
    return (
      <p className="list-age" role="status">
        <AgeTag freshness={list.freshness} /> This list has ended; its entries hit no more.
      </p>
    );
  if (state === 'stopped')
    return (
      <p className="list-age" role="alert">
        <AgeTag freshness={list.freshness} /> This list is older than its limit and raises no alerts until {list.origin ? `${list.origin.agency} confirms it` : 'a new file comes'}.{since}
      </p>
    );
  if (state === 'stale')
    return (
      <p className="list-age" role="status">
        <AgeTag freshness={list.freshness} /> {list.origin ? 'Word of it is' : 'A new file is'} overdue; its alerts say so.{since}
        {stops_at ? (
          <>
            {' '}
            It stops alerting <Time at={stops_at} style="full" />.
          </>
        ) : null}
      </p>
    );
  return as_of ? <p className="soft small">{since}</p> : null;
}
