import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, call } from '@/api/client';
import { type EventTypes, useEvent } from '@/app/events';
import { role_name } from '@/app/Rail';
import { LedgerMark, OneOf, PageHead, ProblemPanel, Skeleton } from '@/ui';
import { Changes, Promised, Reaches } from './Reaches';
import './access.css';

const spans = [
  { value: '1', label: 'Since yesterday' },
  { value: '7', label: 'Since last week' },
  { value: '30', label: 'In 30 days' },
  { value: '365', label: 'In a year' },
] as const;
type Days = (typeof spans)[number]['value'];

/** Who can see our cameras today, by which path, and what changed. */
export default function AccessPage() {
  const [days, set_days] = useState<Days>('7');
  const query = useQuery({
    queryKey: ['access', days],
    queryFn: ({ signal }) => call(api.GET('/api/v1/access', { params: { query: { since: new Date(Date.now() - Number(days) * 86_400_000).toISOString() } }, signal })),
  });
  const [asked, set_asked] = useState<EventTypes['shared-search']>();
  useEvent('shared-search', set_asked);
  const access = query.data;
  return (
    <>
      <PageHead title="Who can see our cameras">
        Every way in, as it stands at this moment. <Link to="/sharing">Sharing</Link> is where it is changed; the <Link to="/shared">public page</Link> shows the same to everybody.
      </PageHead>
      {query.error ? <ProblemPanel error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={5} height={56} label="Working out who can see what" /> : null}
      {access ? (
        <div className="access">
          {access.stopped ? <p className="access-stopped">Sharing is stopped: no other agency is answered.</p> : null}
          <section aria-labelledby="access-others">
            <h2 id="access-others">Other agencies</h2>
            <Reaches reaches={access.reaches} />
            <p role="status" className="row-wrap">
              {asked ? (
                <>
                  Just now {asked.agency} asked about {asked.cameras} {asked.cameras === 1 ? 'camera' : 'cameras'}, for {asked.purpose}. <LedgerMark index={asked.ledger_index} />
                </>
              ) : null}
            </p>
            <p className="soft">
              Region-wide list: {access.region.on ? access.region.agencies.map((one) => one.name).join(', ') : 'off'}.
            </p>
          </section>
          <section aria-labelledby="access-changes">
            <h2 id="access-changes">What changed</h2>
            <OneOf label="Compared with" hide_label options={spans} value={days} on_change={set_days} />
            <Changes changes={access.changes} since={access.since} />
          </section>
          <section aria-labelledby="access-promises">
            <h2 id="access-promises">Promises</h2>
            <Promised promises={access.promises} />
          </section>
          <section aria-labelledby="access-own">
            <h2 id="access-own">Our own people</h2>
            <p className="soft">Each under an open case of theirs, and every look is recorded.</p>
            <ul className="access-list">
              {access.own.map((one) => (
                <li key={one.role}>
                  {role_name(one.role)}: {one.people}
                </li>
              ))}
            </ul>
          </section>
          <section aria-labelledby="access-cameras">
            <h2 id="access-cameras">By camera</h2>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Camera</th>
                  <th scope="col">Other agencies</th>
                </tr>
              </thead>
              <tbody>
                {access.cameras.map((camera) => (
                  <tr key={camera.id}>
                    <th scope="row">{camera.name}</th>
                    <td>{camera.agencies.length ? camera.agencies.join(', ') : <span className="soft">none</span>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </div>
      ) : null}
    </>
  );
}
