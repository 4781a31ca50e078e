import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api, call } from '@/api/client';
import { Mark } from '@/app/Rail';
import { ProblemPanel, Skeleton } from '@/ui';
import { Changes, Promised, Reaches } from '../access/Reaches';
import '../access/access.css';
import '../check/check.css';

/** For anybody, signed in or not: which other agencies can ask about this town's cameras. */
export default function SharedPage() {
  const query = useQuery({ queryKey: ['public-sharing'], queryFn: ({ signal }) => call(api.GET('/api/v1/public/sharing', { signal })) });
  const shared = query.data;
  return (
    <main className="check">
      <header className="check-brand">
        <Mark size={36} />
        <p className="grow">
          <span className="strong">Glasshouse</span> <span className="soft">{shared?.agency}</span>
        </p>
        <Link to="/">To the console</Link>
      </header>
      <div className="stack">
        <h1>Who can see our cameras</h1>
        <p className="check-lead">
          Another agency can ask about this town’s cameras only inside a grant that both agencies signed. Each grant names its cameras, its purposes, its hours and its end; each
          stands in the <Link to="/check">public log</Link>, from its offer to its end.
        </p>
      </div>
      {query.error ? <ProblemPanel error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={4} label="Loading what is shared" /> : null}
      {shared ? (
        <>
          {shared.stopped ? <p className="access-stopped">Sharing is stopped now: no other agency is answered.</p> : null}
          <section className="stack" aria-labelledby="shared-now">
            <h2 id="shared-now">In force</h2>
            <Reaches reaches={shared.reaches} />
            <p className="soft">Region-wide list: {shared.region.on ? shared.region.agencies.map((one) => one.name).join(', ') : 'off'}.</p>
            {shared.barred.length ? <p className="soft">Shut out for good: {shared.barred.join(', ')}.</p> : null}
          </section>
          <section className="stack" aria-labelledby="shared-changes">
            <h2 id="shared-changes">In the last week</h2>
            <Changes changes={shared.changes} since={shared.since} />
          </section>
          <section className="stack" aria-labelledby="shared-promises">
            <h2 id="shared-promises">What is promised</h2>
            <Promised promises={shared.promises} />
          </section>
          {shared.texts.length ? (
            <section className="stack" aria-labelledby="shared-texts">
              <h2 id="shared-texts">The signed texts</h2>
              <p className="soft">
                The agency’s key is <code className="check-key">{shared.key}</code>. A grant’s SHA-256 stands in its entry of the log.
              </p>
              {shared.texts.map((one) => (
                <details key={one.grant_id}>
                  <summary>{one.grant_id}</summary>
                  <p className="small access-id">SHA-256 {one.sha256}</p>
                  <pre className="access-id" tabIndex={0}>
                    {one.text}
                  </pre>
                </details>
              ))}
            </section>
          ) : null}
        </>
      ) : null}
    </main>
  );
}
