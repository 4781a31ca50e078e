import { queryOptions, useQuery } from '@tanstack/react-query';
import { Check, Copy, X } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, call, type Schemas } from '@/api/client';
import { about_query } from '@/api/queries';
import { Mark } from '@/app/Rail';
import { Button, count_text, ProblemPanel, Skeleton, Tag, Time } from '@/ui';
import { field_words, kind_words, was_refused } from '../ledger/words';
import './check.css';

const key_query = queryOptions({
  queryKey: ['public-log', 'key'],
  queryFn: async ({ signal }) => {
    const answer = await fetch('/log/log.vkey', { signal });
    if (!answer.ok) throw new Error(`The log's key was not given: status ${answer.status}.`);
    return (await answer.text()).trim();
  },
});
const witnesses_query = queryOptions({
  queryKey: ['public-log', 'witnesses'],
  queryFn: ({ signal }) => call(api.GET('/log/witnesses', { signal })),
});
const entries_query = queryOptions({
  queryKey: ['public-log', 'entries'],
  queryFn: ({ signal }) => call(api.GET('/log/entries', { params: { query: { limit: 12 } }, signal })),
});

/** For anybody, signed in or not: what the log says now, and how to verify it with other people's tools. */
export default function CheckUs() {
  const about = useQuery(about_query).data;
  return (
    <main className="check">
      <header className="check-brand">
        <Mark size={36} />
        <p className="grow">
          <span className="strong">Glasshouse</span> <span className="soft">{about?.town.agency}</span>
        </p>
        <Link to="/">To the console</Link>
      </header>
      {about?.demo ? (
        <p className="check-demo">
          <strong>Demo:</strong> {about.town.name} is invented. No vehicle, plate or person here is real.
        </p>
      ) : null}
      <div className="stack">
        <h1>Check us</h1>
        <p className="check-lead">
          Every search, every picture looked at and every change of a rule is a line in one log, written before the answer leaves the server. You need not believe that: a
          line cannot be changed or taken out without the log failing the checks below, and they are made with tools that we did not write.
        </p>
      </div>
      <Now />
      <Steps />
      <Latest />
      <Emergencies />
      <Misreads />
      <Hidden />
    </main>
  );
}

function Now() {
  const key = useQuery(key_query);
  const witnesses = useQuery(witnesses_query);
  const error = key.error ?? witnesses.error;
  return (
    <section className="stack" aria-labelledby="check-now">
      <h2 id="check-now">The log now</h2>
      {error ? <ProblemPanel error={error} retry={() => void Promise.all([key.refetch(), witnesses.refetch()])} /> : null}
      {key.data && witnesses.data ? (
        <>
          <dl className="facts">
            <dt>Signed and given out</dt>
            <dd>{count_text(witnesses.data.published_size)} entries</dd>
            <dt>The log's key</dt>
            <dd>
              <code className="check-key">{key.data}</code>
              <p className="small soft">Compare it with the key that the town gives in another place, on paper or in its council's minutes.</p>
            </dd>
          </dl>
          {witnesses.data.items.length > 0 ? (
            <Witnesses of={witnesses.data} />
          ) : (
            <p className="check-note">
              No witness signs this log yet. Without one, the operator could keep a second log and show it to you alone. Whoever keeps the checkpoint from step 3 finds that out
              as soon as two people compare theirs.
            </p>
          )}
        </>
      ) : error ? null : (
        <Skeleton rows={3} label="Asking the log" />
      )}
    </section>
  );
}

const misreads_query = queryOptions({
  queryKey: ['public', 'misreads'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/public/misreads', { signal })),
});
const SHOWN_MISREADS = 12;

function Misreads() {
  const register = useQuery(misreads_query);
  const r = register.data;
  return (
    <section className="stack" aria-labelledby="check-misreads">
      <h2 id="check-misreads">When an alert was wrong</h2>
      <p>
        An alert says that a machine’s reading fits a list. A person compares both before anybody acts, and says afterwards what came of it. Each time that one was wrong stands
        here a day later.
      </p>
      {register.error ? <ProblemPanel error={register.error} retry={() => void register.refetch()} /> : null}
      {r ? (
        <>
          <p>
            In {r.days} days people decided {count_text(r.decided)} alerts and confirmed {count_text(r.confirmed)} of them. Wrong: {count_text(r.wrong)}.
          </p>
          <table className="check-table">
            <caption>What was wrong, and when it was found</caption>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">By comparing, before anybody acted</th>
                <th scope="col">After a confirmation</th>
              </tr>
            </thead>
            <tbody>
              {r.kinds.map((kind) => (
                <tr key={kind.code}>
                  <th scope="row">{kind.label}</th>
                  <td className="figures">{count_text(kind.before)}</td>
                  <td className="figures">{count_text(kind.after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {r.items.length ? (
            <ul className="check-entries" aria-label="The newest of them">
              {r.items.slice(0, SHOWN_MISREADS).map((one) => (
                <li key={one.ledger_index}>
                  <span className="faint figures">{count_text(one.ledger_index)}</span>
                  <span>
                    <span className="strong">{r.kinds.find((kind) => kind.code === one.code)?.label ?? one.code}</span>
                    <span className="small soft check-fields">{one.after_confirmation ? 'found after a confirmation' : 'found by comparing'}</span>
                  </span>
                  <span className="small soft">
                    <Time at={one.at} />
                  </span>
                  <a className="small" href={`/log/proof/${one.ledger_index}`} download aria-label={`Proof of entry ${one.ledger_index}`}>
                    Proof
                  </a>
                </li>
              ))}
            </ul>
          ) : null}
        </>
      ) : null}
    </section>
  );
}

const exigent_query = queryOptions({
  queryKey: ['public', 'exigent'],
  queryFn: ({ signal }) => call(api.GET('/api/v1/public/exigent', { signal })),
});

function Emergencies() {
  const figures = useQuery(exigent_query);
  const f = figures.data;
  return (
    <section className="stack" aria-labelledby="check-emergencies">
      <h2 id="check-emergencies">Searches without a case</h2>
      <p>In an emergency somebody may work for four hours before there is a case. It is public at once that it happened; another person judges it within a day, or it goes to review.</p>
      {figures.error ? <ProblemPanel error={figures.error} retry={() => void figures.refetch()} /> : null}
      {f ? (
        <dl className="facts">
          <dt>In the last {f.days} days</dt>
          <dd>{count_text(f.used)}</dd>
          <dt>Judged right</dt>
          <dd>{count_text(f.right)}</dd>
          <dt>Judged wrong</dt>
          <dd>{count_text(f.wrong)}</dd>
          <dt>Wait for a judgement</dt>
          <dd>{count_text(f.waiting)}</dd>
          <dt>In review</dt>
          <dd>{count_text(f.in_review)}</dd>
          <dt>Not judged within a day</dt>
          <dd>{count_text(f.late)}</dd>
        </dl>
      ) : null}
    </section>
  );
}

function Witnesses({ of }: { of: Schemas['LogWitnesses'] }) {
  return (
    <table className="check-table">
      <caption>
        Witnesses: others, who sign only what grew out of what they signed before.{of.quorum ? <> Needed: <code>{of.quorum}</code>.</> : null}
      </caption>
      <thead>
        <tr>
          <th scope="col">Witness</th>
          <th scope="col">Signed</th>
          <th scope="col">Last</th>
        </tr>
      </thead>
      <tbody>
        {of.items.map((witness) => (
          <tr key={witness.verifier_key}>
            <th scope="row" title={witness.verifier_key}>
              {witness.name}
            </th>
            <td className="figures">
              {count_text(witness.size)} {witness.answers ? null : <Tag meaning="stale">does not answer</Tag>}
            </td>
            <td>{witness.time ? <Time at={witness.time} /> : 'never'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Command({ text }: { text: string }) {
  const [copied, set_copied] = useState<boolean>();
  return (
    <div className="check-command">
      <pre tabIndex={0} role="group" aria-label="Command">
        <code>{text}</code>
      </pre>
      <Button
        size="small"
        kind="quiet"
        icon={copied === false ? <X size={14} aria-hidden /> : copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        onPress={() => void navigator.clipboard.writeText(text).then(() => set_copied(true), () => set_copied(false))}
      >
        {copied === false ? 'Not copied' : copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}

function Steps() {
  const here = window.location.origin;
  return (
    <section className="stack" aria-labelledby="check-steps">
      <h2 id="check-steps">Verify it yourself</h2>
      <p>
        On any Debian or Ubuntu machine. The hashing, the proofs and the signatures are checked by the packages with which the Go project guards its own module database; the
        program below only fetches files and hands them over. Read it first: it has some 230 lines.
      </p>
      <ol className="check-steps">
        <li>
          <p>Install Go and its transparency-log packages.</p>
          <Command text="sudo apt install golang-go golang-golang-x-mod-dev curl" />
        </li>
        <li>
          <p>
            Fetch the program.{' '}
            <a href="/check/verify_log.go" download>
              verify_log.go
            </a>
          </p>
          <Command text={`curl -O ${here}/check/verify_log.go`} />
        </li>
        <li>
          <p>Run it. It recomputes the hash of every entry, and the root above them, and checks the signature. What it saw it keeps in the folder “seen”.</p>
          <Command text={`GO111MODULE=off GOPATH=/usr/share/gocode go run verify_log.go ${here} seen`} />
        </li>
        <li>
          <p>
            Run it again tomorrow, or in a year. It then also proves that the log is the one you saw, with lines added and none changed. It says “DOES NOT HOLD” and why if that
            is not so: keep the folder, and take it to the auditor or a newspaper.
          </p>
        </li>
      </ol>
    </section>
  );
}

function Latest() {
  const entries = useQuery(entries_query);
  return (
    <section className="stack" aria-labelledby="check-latest">
      <h2 id="check-latest">The latest lines, as you may see them</h2>
      {entries.error ? <ProblemPanel error={entries.error} retry={() => void entries.refetch()} /> : null}
      {entries.isPending ? <Skeleton rows={6} label="Loading the entries" /> : null}
      {entries.data ? (
        <ul className="check-entries">
          {entries.data.items.map((entry) => {
            const fields = entry.fields.filter((f) => f.name !== 'kind' && f.name !== 'time');
            return (
              <li key={entry.index}>
                <span className="faint figures">{count_text(entry.index)}</span>
                <span>
                  <span className="strong">{kind_words(entry.kind)}</span>
                  {was_refused(entry) ? <span>: refused</span> : null}
                  <span className="small soft check-fields">
                    {fields.length ? fields.map((f) => <span key={f.name}>{`${field_words(f.name)} ${f.value}`}</span>) : 'nothing released yet'}
                  </span>
                </span>
                <span className="small soft">
                  <Time at={entry.time} />
                </span>
                <a className="small" href={`/log/proof/${entry.index}`} download aria-label={`Proof of entry ${entry.index}`}>
                  Proof
                </a>
              </li>
            );
          })}
        </ul>
      ) : null}
    </section>
  );
}

function Hidden() {
  return (
    <section className="stack" aria-labelledby="check-hidden">
      <h2 id="check-hidden">What you cannot see, and who can</h2>
      <dl className="facts">
        <dt>At once</dt>
        <dd>That something was done, what kind of thing, and when; every change of a rule, a setting or how long reads are kept.</dd>
        <dt>After 24 hours</dt>
        <dd>The purpose, the agency, how many cameras were asked and how much was found.</dd>
        <dt>Never in public</dt>
        <dd>
          Who asked, the case, the plate. They are sealed into the same line: the auditor, a court, or the person concerned is given them together with a proof that they are what
          was written at the time.
        </dd>
      </dl>
    </section>
  );
}
