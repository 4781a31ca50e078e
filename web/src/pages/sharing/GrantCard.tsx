import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { purposes_query } from '@/api/queries';
import { useMay } from '@/app/session';
import { Button, Dialog, ProblemPanel, Tag, Time } from '@/ui';
import { AskForm } from './AskForm';
import { useSharingChange } from './queries';
import { day_of, grant_states, kinds } from './words';

interface GrantCardProps {
  grant: Schemas['Grant'];
  may: boolean;
  on_change?: (grant: Schemas['Grant']) => void;
  on_said: (said: { words: string; index?: number }) => void;
}

/** What one grant gives, and what can be done with it. */
export function GrantCard({ grant, may, on_change, on_said }: GrantCardProps) {
  const purposes = useQuery(purposes_query).data?.purposes;
  const [reading, set_reading] = useState(false);
  const [ending, set_ending] = useState(false);
  const [asking, set_asking] = useState(false);
  const may_ask = useMay()('search-reads') && grant.direction === 'received' && grant.state === 'in-force';
  const label = (code: string) => purposes?.find((one) => one.code === code)?.label ?? code;
  const state = grant_states[grant.state];
  const path = { params: { path: { id: grant.id } } };
  const accept = useSharingChange(
    () => call(api.POST('/api/v1/sharing/grants/{id}/accept', path)),
    (got) => on_said({ words: `Signed. It holds. ${got.told_sentence ?? ''}`, index: got.ledger_index }),
  );
  const end = useSharingChange(
    () => call(api.POST('/api/v1/sharing/grants/{id}/end', path)),
    (got) => {
      set_ending(false);
      on_said({
        words: got.state === 'revoked' ? `Revoked. ${got.all_gone === false ? 'One answer was already on its way and was received slowly.' : 'Nothing under it is answered any more.'}` : 'Ended.',
        index: got.ledger_index,
      });
    },
  );
  const over = grant.ended_at !== undefined || grant.state === 'run-out';
  const word = grant.state === 'offered' ? (grant.direction === 'given' ? 'Withdraw' : 'Decline') : 'Revoke';
  return (
    <article className="grant" aria-label={`Grant ${grant.direction === 'given' ? 'to' : 'from'} ${grant.agency}`}>
      <header className="row-wrap">
        <h3>{grant.agency}</h3>
        <Tag meaning={state.meaning}>{state.word}</Tag>
        {grant.direction === 'given' ? <Tag meaning="plain">{kinds[grant.kind]}</Tag> : null}
        {grant.change > 1 ? <span className="small soft">change {grant.change}</span> : null}
      </header>
      <dl className="facts">
        <dt>Cameras</dt>
        <dd>{grant.cameras.map((camera) => camera.name).join(', ')}</dd>
        <dt>For</dt>
        <dd>{grant.purposes.map(label).join('; ')}</dd>
        {grant.lists ? (
          <>
            <dt>Lists</dt>
            <dd>{grant.direction === 'given' ? 'They may send lists that alert our officers' : 'We may send lists that alert their officers'}</dd>
          </>
        ) : null}
        <dt>Hours</dt>
        <dd>{grant.hours}</dd>
        <dt>Ends</dt>
        <dd>{grant.ended_at ? <Time at={grant.ended_at} /> : day_of(grant.ends_at)}</dd>
      </dl>
      {accept.error ? <ProblemPanel error={accept.error} /> : null}
      <div className="row-wrap">
        {may && grant.direction === 'received' && grant.state === 'offered' ? (
          <Button kind="primary" size="small" onPress={() => accept.mutate(undefined)} isDisabled={accept.isPending}>
            Sign it
          </Button>
        ) : null}
        {may_ask ? (
          <Button kind="primary" size="small" onPress={() => set_asking(true)} aria-label={`Ask ${grant.agency}`}>
            Ask
          </Button>
        ) : null}
        {may && !over && grant.direction === 'given' && on_change ? (
          <Button size="small" onPress={() => on_change(grant)}>
            Change
          </Button>
        ) : null}
        {may && !over ? (
          <Button size="small" onPress={() => set_ending(true)} aria-label={`${word}: grant with ${grant.agency}`}>
            {word}
          </Button>
        ) : null}
        <Button size="small" kind="quiet" onPress={() => set_reading(true)} aria-label={`Signed text of the grant with ${grant.agency}`}>
          Signed text
        </Button>
      </div>
      {asking ? <AskForm grant={grant} on_close={() => set_asking(false)} /> : null}
      {reading ? (
        <Dialog open on_close={() => set_reading(false)} title="The signed text" kind="wide">
          <p className="soft">To the byte as it was signed. Its SHA-256 is in the ledger: {grant.sha256}</p>
          <pre className="sharing-text" tabIndex={0}>
            {grant.text}
          </pre>
        </Dialog>
      ) : null}
      {ending ? (
        <Dialog open on_close={() => set_ending(false)} title={`${word} the grant?`}>
          <div className="stack">
            <p>
              {grant.direction === 'given'
                ? `${grant.agency} can then ask about none of these cameras, at once: a search that runs now returns nothing. It cannot be taken back; a new grant takes both signatures again.`
                : `We can then ask about none of these cameras.`}
            </p>
            {end.error ? <ProblemPanel error={end.error} /> : null}
            <div>
              <Button kind="primary" onPress={() => end.mutate(undefined)} isDisabled={end.isPending}>
                {word}
              </Button>
            </div>
          </div>
        </Dialog>
      ) : null}
    </article>
  );
}
