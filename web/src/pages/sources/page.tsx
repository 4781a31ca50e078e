import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { Button, count_text, Dialog, type Meaning, PageHead, ProblemPanel, RemoveButton, Skeleton, Tag, Time, useNow } from '@/ui';
import { OutsideParts } from './Outside';
import { outside_query, receipts_query, sources_query } from './queries';
import { SourceForm } from './SourceForm';
import { anchor, troubles_of } from './trouble';
import './sources.css';

type Source = Schemas['Source'];
type Shown = { kind: 'new' } | { kind: 'change'; source: Source } | { kind: 'key'; made: Schemas['SourceKey'] };

const outcomes: Record<Schemas['Receipt']['outcome'], { word: string; meaning: Meaning }> = {
  taken: { word: 'Taken', meaning: 'resolved' },
  partly: { word: 'Taken in part', meaning: 'needed' },
  nothing: { word: 'Nothing in it', meaning: 'plain' },
  refused: { word: 'Refused', meaning: 'confirmed' },
};

export default function SourcesPage() {
  const sources = useQuery(sources_query);
  const outside = useQuery(outside_query);
  const [shown, set_shown] = useState<Shown>();
  const close = () => set_shown(undefined);
  const kinds = sources.data?.kinds ?? [];
  return (
    <>
      <PageHead
        title="Sources"
        actions={
          <Button kind="primary" icon={<Plus size={16} aria-hidden />} onPress={() => set_shown({ kind: 'new' })}>
            New source
          </Button>
        }
      >
        What comes from outside: cameras and programs of other makers that send here, brokers that are listened to, lists and cases that are fetched; and where nothing comes, why.
      </PageHead>
      {sources.data && outside.data ? <WhatIsMissing sources={sources.data.items} outside={outside.data} /> : null}
      <h2>What sends here</h2>
      <p className="soft">What became of what was sent in the last hour stands at each. Pictures are dropped: this server takes none that it could look at.</p>
      {sources.error ? <ProblemPanel error={sources.error} retry={() => void sources.refetch()} /> : null}
      {sources.isPending ? <Skeleton rows={4} /> : null}
      {sources.data?.items.length === 0 ? (
        <p>
          <Tag meaning="stale">Not set up</Tag> Nothing sends here but this town’s own cameras. A new source gets an address and a key of its own.
        </p>
      ) : null}
      <ul className="sources">
        {sources.data?.items.map((source) => (
          <li key={source.id}>
            <OneSource source={source} title={kinds.find((k) => k.kind === source.kind)?.title ?? source.kind} on_change={() => set_shown({ kind: 'change', source })} on_key={(made) => set_shown({ kind: 'key', made })} />
          </li>
        ))}
      </ul>
      {outside.error ? <ProblemPanel error={outside.error} retry={() => void outside.refetch()} /> : null}
      {outside.data ? <OutsideParts outside={outside.data} sources={sources.data?.items ?? []} /> : null}
      {shown?.kind === 'new' ? <SourceForm kinds={kinds} on_close={close} on_key={(made) => set_shown({ kind: 'key', made })} /> : null}
      {shown?.kind === 'change' ? <SourceForm source={shown.source} kinds={kinds} on_close={close} on_key={close} /> : null}
      {shown?.kind === 'key' ? <Key made={shown.made} on_close={close} /> : null}
    </>
  );
}

/** First on the page: whoever comes here asks why something did not arrive. */
function WhatIsMissing({ sources, outside }: { sources: readonly Source[]; outside: Schemas['Outside'] }) {
  const now = useNow();
  const troubles = troubles_of(sources, outside, now);
  const is_any_set_up = sources.length + outside.brokers.length + outside.lists.length > 0 || outside.cases.present;
  if (troubles.length === 0)
    return is_any_set_up ? (
      <p role="status">
        <Tag meaning="resolved">All that is set up here brings something</Tag>
      </p>
    ) : null;
  return (
    <section className="missing" aria-label="What does not arrive">
      <h2>
        <Tag meaning="needed">What does not arrive</Tag>
      </h2>
      <ul>
        {troubles.map(({ id, to, name, what, since }) => (
          <li key={id}>
            <a href={`#${to}`}>{name}</a> {what}
            {since ? (
              <>
                {' '}
                <Time at={since} style="full" />.
              </>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Key({ made, on_close }: { made: Schemas['SourceKey']; on_close: () => void }) {
  return (
    <Dialog open on_close={on_close} title={`The key of “${made.source.name}”`}>
      <div className="stack">
        <p>This is shown once. The sender gives it in the header x-api-key, as a bearer token, as a password, or at the end of the address as ?key=…</p>
        <dl className="source-facts">
          <dt>Address</dt>
          <dd>
            <code>{made.source.address}</code>
          </dd>
          <dt>Key</dt>
          <dd>
            <code>{made.key}</code>
          </dd>
        </dl>
        <div>
          <Button kind="primary" onPress={on_close}>
            I have it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function OneSource({ source, title, on_change, on_key }: { source: Source; title: string; on_change: () => void; on_key: (made: Schemas['SourceKey']) => void }) {
  const queries = useQueryClient();
  const renew = useMutation({
    mutationFn: () => call(api.POST('/api/v1/sources/{id}/key', { params: { path: { id: source.id } } })),
    onSuccess: on_key,
  });
  const remove = useMutation({
    mutationFn: () => call(api.DELETE('/api/v1/sources/{id}', { params: { path: { id: source.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: sources_query.queryKey, exact: true }),
  });
  const error = renew.error ?? remove.error;
  return (
    <article className="stack-tight" id={anchor(source.id)} aria-label={source.name}>
      <header className="row-wrap">
        <h3>{source.name}</h3>
        {source.enabled ? null : <Tag meaning="stale">Switched off</Tag>}
        <span className="push row-wrap">
          <Button size="small" icon={<Pencil size={14} aria-hidden />} onPress={on_change}>
            Change
          </Button>
          <Button size="small" icon={<KeyRound size={14} aria-hidden />} isDisabled={renew.isPending} onPress={() => renew.mutate()}>
            New key
          </Button>
          <RemoveButton says="Remove it and its receipts" pending={remove.isPending} on_remove={() => remove.mutate()} />
        </span>
      </header>
      <p className="small soft">
        {title}. <code>{source.address}</code>
      </p>
      <p>{source.last_message_at ? <>Last message <Time at={source.last_message_at} />.</> : 'Nothing ever came. Look whether the sender has this address and the key, and reaches this server.'}</p>
      {error ? <ProblemPanel error={error} /> : null}
      <Receipts source={source} />
    </article>
  );
}

/** What arrived in the last hour, and what became of it. */
const counted = (n: number, one: string, many: string) => `${count_text(n)} ${n === 1 ? one : many}`;

function Receipts({ source }: { source: Source }) {
  const receipts = useQuery(receipts_query(source.id));
  if (receipts.error) return <ProblemPanel error={receipts.error} retry={() => void receipts.refetch()} />;
  if (!receipts.data?.items.length) return <p className="small faint">Nothing arrived in the last hour.</p>;
  const { messages, stored, left_out, refused } = receipts.data;
  return (
    <>
      <p>
        In the last hour: {counted(messages, 'message', 'messages')}, {counted(stored, 'read', 'reads')} stored, {counted(left_out, 'part', 'parts')} left out,{' '}
        {counted(refused, 'message', 'messages')} refused.
      </p>
      <div className="receipts" tabIndex={0} role="region" aria-label={`What ${source.name} sent`}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">What became of it</th>
              <th scope="col">Stored</th>
              <th scope="col">Known already</th>
              <th scope="col">Left out</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {receipts.data.items.map((r) => (
              <tr key={r.id}>
                <td>
                  <Time at={r.at} />
                </td>
                <td>
                  <Tag meaning={outcomes[r.outcome].meaning}>{outcomes[r.outcome].word}</Tag>
                </td>
                <td className="figures">{count_text(r.stored)}</td>
                <td className="figures">{count_text(r.already_known)}</td>
                <td className="figures">{count_text(r.left_out)}</td>
                <td>{r.sentence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
