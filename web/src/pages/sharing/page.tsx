import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/app/session';
import { Button, LedgerMark, PageHead, ProblemPanel, Skeleton, Tag } from '@/ui';
import { AgencyForm, OfferForm, TextForm } from './forms';
import { GrantCard } from './GrantCard';
import { Promises, Region, Waiting } from './TwoPeople';
import { type Agency, sharing_query, useSharingChange } from './queries';
import { kinds } from './words';
import './sharing.css';

type Shown = { kind: 'agency'; agency?: Agency } | { kind: 'offer'; agency?: Agency; replaces?: Schemas['Grant'] } | { kind: 'text' };

/** Other agencies and what each of us gives the other. */
export default function SharingPage() {
  const may = useMay()('manage-sharing');
  const query = useQuery(sharing_query);
  const [shown, set_shown] = useState<Shown>();
  const [said, set_said] = useState<{ words: string; index?: number }>();
  const sharing = query.data;
  const close = () => set_shown(undefined);
  return (
    <>
      <PageHead
        title="Sharing"
        actions={
          may && sharing ? (
            <>
              <Button onPress={() => set_shown({ kind: 'text' })}>Take in a signed text</Button>
              <Button onPress={() => set_shown({ kind: 'agency' })}>List an agency</Button>
              <Button kind="primary" icon={<Plus size={16} aria-hidden />} isDisabled={sharing.agencies.length === 0} onPress={() => set_shown({ kind: 'offer' })}>
                Offer a grant
              </Button>
            </>
          ) : null
        }
      >
        Another agency asks about our cameras only inside a grant that both agencies signed: named cameras, named purposes, hours and an end. All of it is public.{' '}
        <Link to="/access">Who can see our cameras</Link>
      </PageHead>
      {query.error ? <ProblemPanel error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={5} height={56} label="Loading what is shared" /> : null}
      <p role="status" className="row-wrap">
        {said?.words}
        {said?.index !== undefined ? <LedgerMark index={said.index} /> : null}
      </p>
      {sharing ? (
        <div className="sharing">
          {sharing.stopped ? <Stopped may={may} /> : null}
          {sharing.acts.length ? <Waiting acts={sharing.acts} may={may} on_done={set_said} /> : null}
          <Grants
            title="What we give"
            none="No other agency can ask about our cameras."
            grants={sharing.grants.filter((one) => one.direction === 'given')}
            may={may}
            on_change={(grant) => set_shown({ kind: 'offer', replaces: grant, agency: sharing.agencies.find((one) => one.id === grant.agency_id) })}
            on_said={set_said}
          />
          <Grants title="What we were given" none="We can ask about nobody else’s cameras." grants={sharing.grants.filter((one) => one.direction === 'received')} may={may} on_said={set_said} />
          <Agencies sharing={sharing} may={may} on_change={(agency) => set_shown({ kind: 'agency', agency })} on_said={set_said} />
          <Promises promises={sharing.promises} may={may} on_said={set_said} />
          <Region sharing={sharing} may={may} on_said={set_said} />
          <section aria-labelledby="our-key">
            <h2 id="our-key">Our key</h2>
            <p className="soft">Other agencies list us by it. Tell it to them by another way than this network: by telephone, on paper.</p>
            <code className="sharing-key">{sharing.us.key}</code>
          </section>
        </div>
      ) : null}
      {shown?.kind === 'agency' ? <AgencyForm agency={shown.agency} on_close={close} on_said={set_said} /> : null}
      {shown?.kind === 'text' ? <TextForm on_close={close} on_said={set_said} /> : null}
      {shown?.kind === 'offer' && sharing ? <OfferForm agencies={sharing.agencies} agency={shown.agency} replaces={shown.replaces} on_close={close} on_said={set_said} /> : null}
    </>
  );
}

function Stopped({ may }: { may: boolean }) {
  const resume = useSharingChange(() => call(api.POST('/api/v1/sharing/resume')));
  return (
    <section className="sharing-stopped" role="alert">
      <h2>Sharing is stopped</h2>
      <p>A promise about who reaches our cameras did not hold. No other agency is answered until each holds again and a person lets sharing go on.</p>
      {resume.error ? <ProblemPanel error={resume.error} /> : null}
      {may ? (
        <Button onPress={() => resume.mutate(undefined)} isDisabled={resume.isPending}>
          Let sharing go on
        </Button>
      ) : null}
    </section>
  );
}

interface GrantsProps {
  title: string;
  none: string;
  grants: Schemas['Grant'][];
  may: boolean;
  on_change?: (grant: Schemas['Grant']) => void;
  on_said: (said: { words: string; index?: number }) => void;
}

function Grants({ title, none, grants, may, on_change, on_said }: GrantsProps) {
  const [all, set_all] = useState(false);
  const over = (grant: Schemas['Grant']) => ['run-out', 'declined', 'replaced', 'revoked'].includes(grant.state);
  const now = grants.filter((grant) => !over(grant));
  const past = grants.filter(over);
  return (
    <section>
      <h2>{title}</h2>
      {now.length === 0 ? <p className="soft">{none}</p> : null}
      {[...now, ...(all ? past : [])].map((grant) => (
        <GrantCard key={`${grant.id} ${String(grant.change)}`} grant={grant} may={may} on_change={on_change} on_said={on_said} />
      ))}
      {past.length ? (
        <div>
          <Button kind="quiet" size="small" onPress={() => set_all(!all)}>
            {all ? 'Hide what is over' : `Show what is over (${String(past.length)})`}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function Agencies({ sharing, may, on_change, on_said }: { sharing: Schemas['Sharing']; may: boolean; on_change: (agency: Agency) => void; on_said: GrantsProps['on_said'] }) {
  const propose = useSharingChange(
    (agency: Agency) => call(api.POST('/api/v1/sharing/acts', { body: { kind: agency.barred ? 'let-agency-in-again' : 'bar-agency', subject: agency.id } })),
    (act) => on_said({ words: `Proposed: ${act.sentence} A second person confirms it.`, index: act.ledger_index }),
  );
  return (
    <section aria-labelledby="agencies-heading">
      <h2 id="agencies-heading">Agencies</h2>
      {propose.error ? <ProblemPanel error={propose.error} /> : null}
      {sharing.agencies.length === 0 ? <p className="soft">None is listed yet. A grant names one agency by its key: list it, then offer a grant.</p> : null}
      <ul className="sharing-list">
        {sharing.agencies.map((agency) => (
          <li key={agency.id} className="sharing-agency">
            <div>
              <p className="row-wrap">
                <span className="strong">{agency.name}</span> <Tag meaning="plain">{kinds[agency.kind]}</Tag>
                {agency.barred ? <Tag meaning="confirmed">Shut out for good</Tag> : null}
              </p>
              <p className="small soft sharing-key">{agency.key}</p>
            </div>
            {may ? (
              <div className="row-wrap">
                <Button size="small" onPress={() => on_change(agency)} aria-label={`Change ${agency.name}`}>
                  Change
                </Button>
                <Button size="small" onPress={() => propose.mutate(agency)} isDisabled={propose.isPending} aria-label={`${agency.barred ? 'Let in again' : 'Shut out for good'}: ${agency.name}`}>
                  {agency.barred ? 'Let in again …' : 'Shut out for good …'}
                </Button>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
