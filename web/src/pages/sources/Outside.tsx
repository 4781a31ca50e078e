import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { outcomes } from '@/pages/hotlists/outcomes';
import { count_text, Tag, Time } from '@/ui';
import { anchor, cases_text, round_text } from './trouble';

type Outside = Schemas['Outside'];

const BROKER_SAMPLE = `format = 1
[frigate.yard]
broker = "mqtts://broker.town.example:8883"
key_file = "/etc/glasshouse/frigate-key"`;
const LIST_SAMPLE = `format = 1
[list.state]
url = "https://lists.state.example/stolen.csv"
every_minutes = 30`;
const CASES_SAMPLE = `format = 1
[source]
reader = "file"
path = "/srv/rms/open-cases.csv"
whole = true
[columns.number]
name = "Incident No"
[columns.state]
name = "Status"
[columns.purpose]
name = "Purpose"
[columns.offence]
name = "UCR"`;

/** What this server goes and gets by itself: by what whoever runs the machine wrote into two files. */
export function OutsideParts({ outside, sources }: { outside: Outside; sources: readonly Schemas['Source'][] }) {
  const { map, brokers, lists, cases } = outside;
  const late = map.present && !map.read ? 'The file is there now and was not when the server started: restart the server.' : undefined;
  return (
    <>
      <Part id="brokers" title="Brokers that are listened to">
        {brokers.map((broker) => (
          <Thing key={broker.id} thing={broker} name={broker.name}>
            <Broker broker={broker} source={sources.find((s) => s.id === broker.source_id)} />
          </Thing>
        ))}
        {brokers.length === 0 ? (
          <NotSetUp late={late} path={map.path} sample={BROKER_SAMPLE} manual="docs/formats/outside.md">
            A Frigate that tells an MQTT broker of what it saw is listened to once
          </NotSetUp>
        ) : null}
      </Part>
      <Part id="lists" title="Lists that are fetched">
        {lists.map((list) => (
          <Thing key={list.id} thing={list} name={list.name}>
            <FetchedList list={list} />
          </Thing>
        ))}
        {lists.length === 0 ? (
          <NotSetUp late={late} path={map.path} sample={LIST_SAMPLE} manual="docs/formats/outside.md">
            A list of wanted vehicles is fetched over HTTPS once
          </NotSetUp>
        ) : null}
      </Part>
      <Part id="cases-part" title="Cases from the records system">
        {cases.feed ? (
          <Thing thing={cases.feed} name="Extract of cases">
            <CaseFeed feed={cases.feed} />
          </Thing>
        ) : (
          <NotSetUp late={cases.present ? 'The file is there; it is read within five minutes.' : undefined} path={cases.path} sample={CASES_SAMPLE} manual="docs/formats/case-feed.md" without_restart>
            Cases are opened and closed here as in the agency’s own records system once
          </NotSetUp>
        )}
      </Part>
    </>
  );
}

function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className="outside" id={anchor(id)} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function NotSetUp({ late, path, sample, manual, without_restart = false, children }: { late: string | undefined; path: string; sample: string; manual: string; without_restart?: boolean; children: ReactNode }) {
  return (
    <div className="stack-tight">
      <p>
        <Tag meaning="stale">Not set up</Tag> {children} <code>{path}</code> on the server says where. {late ?? (without_restart ? 'Write it; it is read within five minutes.' : 'Write it, then restart the server.')}
      </p>
      <details>
        <summary>What stands in it</summary>
        <pre className="sample" tabIndex={0}>
          {sample}
        </pre>
        <p className="small soft">
          <code>{manual}</code> lists all of it.
        </p>
      </details>
    </div>
  );
}

type Common = Pick<Outside['brokers'][number], 'id' | 'place' | 'failing_since' | 'why' | 'next'>;

/** One of them: its name, what is wrong with it in plain words and what to do, and what is its own. */
function Thing({ thing, name, children }: { thing: Common; name: string; children: ReactNode }) {
  return (
    <article className="stack-tight" id={anchor(thing.id)} aria-label={name}>
      <h3>{name}</h3>
      {thing.place ? (
        <p className="small soft">
          <code>{thing.place}</code>
        </p>
      ) : null}
      {thing.failing_since ? (
        <p>
          <Tag meaning="needed">Does not work</Tag> since <Time at={thing.failing_since} style="full" />. {sentence(thing.why)} <span className="strong">{sentence(thing.next) || 'Look whether the address is right, whether it answers, and whether this server may call it.'}</span>
        </p>
      ) : null}
      {children}
    </article>
  );
}

const sentence = (text: string | undefined) => (text ? (/[.!?]$/.test(text) ? text : `${text}.`) : '');

function Broker({ broker, source }: { broker: Outside['brokers'][number]; source: Schemas['Source'] | undefined }) {
  return (
    <>
      {broker.connected_since ? (
        <p>
          <Tag meaning="resolved">Connected</Tag> since <Time at={broker.connected_since} style="full" />, to {broker.topics}.
        </p>
      ) : broker.failing_since ? null : (
        <p>
          <Tag meaning="stale">Connecting…</Tag>
        </p>
      )}
      <p>{broker.brought_at ? <>Last message <Time at={broker.brought_at} />.</> : 'No message ever came.'}</p>
      {source ? (
        <p>
          What came in the last hour and what became of it stands at its source, <a href={`#${anchor(source.id)}`}>{source.name}</a>.
        </p>
      ) : broker.connected_since ? (
        <p>
          <Tag meaning="needed">No source has its key</Tag> so every message is refused. Make a source of the kind Frigate above, or a new key of one, and write that key into the broker’s key_file; the server reads it at the next connection.
        </p>
      ) : null}
    </>
  );
}

function FetchedList({ list }: { list: Outside['lists'][number] }) {
  return (
    <>
      <p>
        {list.good_at ? (
          <>
            Fetched <Time at={list.good_at} />, every {count_text(list.every_minutes ?? 0)} min.{' '}
          </>
        ) : (
          'Never fetched. '
        )}
        {list.brought_at ? (
          <>
            A new file last came <Time at={list.brought_at} />
            {list.as_of ? (
              <>
                , made <Time at={list.as_of} />
              </>
            ) : null}
            .
          </>
        ) : null}
      </p>
      {list.hotlists.length === 0 ? (
        <p>
          <Tag meaning="needed">No hotlist takes it</Tag> The files lie in the folder <code>{list.name}</code>. Name that folder at a list: Hotlists, the list, Where it comes from.
        </p>
      ) : null}
      <ul className="stack-tight">
        {list.hotlists.map(({ id, name, newest }) => (
          <li key={id}>
            <Link to={`/hotlists/${id}`}>{name}</Link>:{' '}
            {newest ? (
              <>
                <Tag meaning={outcomes[newest.outcome].meaning}>{outcomes[newest.outcome].word}</Tag> <Time at={newest.at} />. {newest.sentence}
              </>
            ) : (
              'no file was taken yet.'
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const AGES = {
  fresh: { meaning: 'resolved', word: 'Works' },
  old: { meaning: 'needed', word: 'Old' },
  'not-read': { meaning: 'needed', word: 'Not read' },
} as const;

function CaseFeed({ feed }: { feed: NonNullable<Outside['cases']['feed']> }) {
  const { latest, changed } = feed;
  const age = AGES[feed.age];
  return (
    <>
      {feed.failing_since ? null : (
        <p>
          <Tag meaning={age.meaning}>{age.word}</Tag>{' '}
          {feed.age === 'old' && feed.as_of ? (
            <>
              This server reads it, and the records system has not written a new one since <Time at={feed.as_of} />. Look at the job there that writes it.
            </>
          ) : null}
        </p>
      )}
      <p>
        {feed.good_at ? (
          <>
            Last read <Time at={feed.good_at} />, every {count_text(feed.every_minutes ?? 0)} min.{' '}
          </>
        ) : (
          'It was never read. '
        )}
        {feed.as_of ? (
          <>
            The extract is of <Time at={feed.as_of} />.{' '}
          </>
        ) : null}
        {latest ? cases_text(latest) : null}
      </p>
      {feed.brought_at && changed ? (
        <p>
          Cases last changed by it <Time at={feed.brought_at} />: {round_text(changed) ?? 'nothing'}.
        </p>
      ) : feed.good_at ? (
        <p>It has changed no case yet.</p>
      ) : null}
      {latest && latest.unknown_officers > 0 ? (
        <p>
          {count_text(latest.unknown_officers)} of its officers have a login that nobody here has: those are passed over. <Link to="/accounts">Accounts</Link> has the logins.
        </p>
      ) : null}
      {latest && latest.refusals.length > 0 ? (
        <div className="receipts" tabIndex={0} role="region" aria-label="Rows that were refused">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Row</th>
                <th scope="col">Why it was refused</th>
              </tr>
            </thead>
            <tbody>
              {latest.refusals.map(({ line, why }) => (
                <tr key={line}>
                  <td className="figures">{count_text(line)}</td>
                  <td>{why}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {latest.refused > latest.refusals.length ? <p className="small soft">The first {count_text(latest.refusals.length)} of {count_text(latest.refused)}.</p> : null}
        </div>
      ) : null}
    </>
  );
}
