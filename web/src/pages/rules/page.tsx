import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { packs_query } from '@/api/queries';
import { useMay } from '@/app/session';
import { LedgerMark, PageHead, ProblemPanel, Skeleton, Tag } from '@/ui';
import { Adoption } from './Adoption';
import './rules.css';

type Pack = Schemas['Pack'];

export default function RulesPage() {
  const may = useMay();
  const query = useQuery(packs_query);
  return (
    <>
      <PageHead title="Rules">
        What holds here and where it is written. The strictest rule wins; none of these packs can permit what this house forbids.
      </PageHead>
      {query.error ? <ProblemPanel error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={5} height={56} label="Loading the rules" /> : null}
      {query.data ? (
        <div className="rules">
          <Retention packs={query.data} />
          {query.data.coming.length ? <Coming coming={query.data.coming} /> : null}
          {[...query.data.in_force].reverse().map((pack) => (
            <PackInForce key={pack.id} pack={pack} />
          ))}
          {may('manage-settings') ? <Adoption packs={query.data} /> : null}
        </div>
      ) : null}
    </>
  );
}

const states: Record<Schemas['PackRetention']['state'], string> = {
  unmatched: 'Reads that match nothing',
  hit: 'Hits',
  held: 'Held for a case, at most',
};

function Retention({ packs }: { packs: Schemas['Packs'] }) {
  return (
    <section>
      <h2>How long reads are kept</h2>
      <dl className="rules-kept">
        {packs.retention.map((kept) => (
          <div key={kept.state}>
            <dt>{states[kept.state]}</dt>
            <dd>
              <strong>{kept.never_stored ? 'Not stored' : kept.at_most}</strong>
              {kept.never_stored ? <span> (matched in memory; the law allows {kept.at_most})</span> : null}
              <Written citation={kept.citation} id={kept.rule_id} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="soft">The setting and these rules together: {packs.retained_days} days.</p>
    </section>
  );
}

function Coming({ coming }: { coming: Schemas['ComingPack'][] }) {
  return (
    <section>
      <h2>What changes soon</h2>
      <ul className="rules-list">
        {coming.map((one) => (
          <li key={`${one.pack.id} ${one.from_day} ${String(one.ends)}`} className="row-wrap">
            <Tag meaning="needed">{one.from_day}</Tag>
            {one.pack.title}, version {one.pack.version}, {one.ends ? 'ends' : 'begins'}
            <LedgerMark index={one.ledger_index} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const levels: Record<Pack['level'], string> = {
  federal: 'Federal',
  state: 'State',
  locality: 'Locality',
  agency: 'Agency',
  camera: 'Single cameras',
};

function PackInForce({ pack }: { pack: Pack }) {
  return (
    <section aria-labelledby={`pack-${pack.id}`}>
      <h2 id={`pack-${pack.id}`}>{pack.title}</h2>
      <p className="row-wrap small">
        <Tag meaning="plain">{levels[pack.level]}</Tag>
        <span>
          Version {pack.version}, from {pack.effective}
        </span>
        {/not reviewed/.test(pack.review) ? <Tag meaning="needed">Not reviewed by counsel</Tag> : <span>{pack.review}</span>}
      </p>
      {pack.summary ? <p className="soft">{pack.summary}</p> : null}
      {pack.rules.length ? (
        <ul className="rules-list">
          {pack.rules.map((rule) => (
            <li key={rule.id}>
              <p>{without_title(rule.sentence, pack.title)}</p>
              <Written citation={rule.citation} mark={rule.mark} id={rule.id} />
              {rule.note ? <p className="small soft">{rule.note}</p> : null}
            </li>
          ))}
        </ul>
      ) : null}
      {pack.duties.length ? (
        <>
          <h3>What must be done</h3>
          <ul className="rules-list">
            {pack.duties.map((duty) => (
              <li key={duty.name}>
                <p>
                  {duty.what}
                  {duty.to ? ` (to ${duty.to})` : ''}
                  {duty.every ? `, every ${duty.every}` : ''}
                  {duty.next_due ? <strong>. Next due {duty.next_due}</strong> : null}
                </p>
                <Written citation={duty.citation} mark={duty.mark} />
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {pack.notices.length ? (
        <>
          <h3>What people must know</h3>
          <ul className="rules-list">
            {pack.notices.map((notice) => (
              <li key={notice.text}>
                <p>{notice.text}</p>
                <Written citation={notice.citation} mark={notice.mark} />
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

/** The pack's name stands above its rules already. */
export function without_title(sentence: string, title: string): string {
  const rest = sentence.startsWith(`${title}: `) ? sentence.slice(title.length + 2) : sentence;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function Written({ citation, mark, id }: { citation: string; mark?: string; id?: string }) {
  return (
    <p className="small soft">
      {citation}
      {mark && mark !== 'verified' ? ` · ${mark}` : ''} {id ? <code>{id}</code> : null}
    </p>
  );
}
