import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Send, Webhook } from 'lucide-react';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { Button, Dialog, EmptyState, PageHead, ProblemPanel, RemoveButton, Skeleton, Tag } from '@/ui';
import { ChannelForm, type Made } from './ChannelForm';
import { Log } from './Log';
import { channels_query, deliveries_query } from './queries';
import { channel_sentence, kind_word } from './words';
import './delivery.css';

type Channel = Schemas['Channel'];
type Shown = { kind: 'new' } | { kind: 'change'; channel: Channel } | { kind: 'secret'; made: Made };

export default function DeliveryPage() {
  const channels = useQuery(channels_query);
  const [shown, set_shown] = useState<Shown>();
  const close = () => set_shown(undefined);
  return (
    <>
      <PageHead
        title="Delivery"
        actions={
          <Button kind="primary" icon={<Plus size={16} aria-hidden />} onPress={() => set_shown({ kind: 'new' })}>
            New channel
          </Button>
        }
      >
        Who outside the console is told of alerts, and what they were told. Every change is recorded.
      </PageHead>
      {channels.error ? <ProblemPanel error={channels.error} retry={() => void channels.refetch()} /> : null}
      {channels.isPending ? <Skeleton rows={4} /> : null}
      {channels.data?.length === 0 ? (
        <EmptyState icon={Webhook} title="Nobody is told">
          <p>A channel sends a message to an address of yours when there is an alert.</p>
        </EmptyState>
      ) : null}
      <ul className="channels">
        {channels.data?.map((channel) => (
          <li key={channel.id}>
            <OneChannel channel={channel} on_change={() => set_shown({ kind: 'change', channel })} />
          </li>
        ))}
      </ul>
      {shown?.kind === 'new' ? <ChannelForm on_close={close} on_made={(made) => set_shown({ kind: 'secret', made })} /> : null}
      {shown?.kind === 'change' ? <ChannelForm channel={shown.channel} on_close={close} on_made={close} /> : null}
      {shown?.kind === 'secret' ? <Secret made={shown.made} on_close={close} /> : null}
    </>
  );
}

function Secret({ made, on_close }: { made: Made; on_close: () => void }) {
  return (
    <Dialog open on_close={on_close} title={`The secret of “${made.channel.name}”`}>
      <div className="stack">
        <p>The receiver checks with it that a message is from here and unchanged. This is shown once.</p>
        <p>
          <code className="channel-secret">{made.secret}</code>
        </p>
        <div>
          <Button kind="primary" onPress={on_close}>
            I have it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function OneChannel({ channel, on_change }: { channel: Channel; on_change: () => void }) {
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: () => call(api.POST('/api/v1/channels/{id}/test', { params: { path: { id: channel.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: deliveries_query(channel.id).queryKey }),
  });
  const remove = useMutation({
    mutationFn: () => call(api.DELETE('/api/v1/channels/{id}', { params: { path: { id: channel.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: channels_query.queryKey, exact: true }),
  });
  const error = test.error ?? remove.error;
  return (
    <article className="stack-tight" aria-label={channel.name}>
      <header className="row-wrap">
        <h2>{channel.name}</h2>
        {channel.enabled ? null : <Tag meaning="stale">Switched off</Tag>}
        <span className="push row-wrap">
          <Button size="small" icon={<Send size={14} aria-hidden />} isDisabled={test.isPending || !channel.enabled} onPress={() => test.mutate()}>
            Send a test message
          </Button>
          <Button size="small" icon={<Pencil size={14} aria-hidden />} onPress={on_change}>
            Change
          </Button>
          <RemoveButton says="Remove it and its log" pending={remove.isPending} on_remove={() => remove.mutate()} />
        </span>
      </header>
      <p className="small soft">
        {kind_word[channel.kind]} to <code>{channel.url}</code>
        {channel.topic ? <>, topic {channel.topic}</> : null}
        {channel.mail_to ? <>, for {channel.mail_to.join(', ')}</> : null}
      </p>
      <p className="small soft">{channel_sentence(channel)}</p>
      {error ? <ProblemPanel error={error} /> : null}
      <Log name={channel.name} query={deliveries_query(channel.id)} send_again={(item) => call(api.POST('/api/v1/channels/{id}/deliveries/{item}/again', { params: { path: { id: channel.id, item } } }))} />
    </article>
  );
}
