import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bell, BellRing, Pencil, Send } from 'lucide-react';
import { useState } from 'react';
import { api, call } from '@/api/client';
import { Log } from '@/pages/delivery/Log';
import { channel_sentence } from '@/pages/delivery/words';
import { device_name } from '@/pages/sign-in/Enroll';
import { type Browser, subscribe, subscription, why_not } from '@/push/browser';
import { Button, EmptyState, PageHead, ProblemPanel, RemoveButton, Skeleton, Tag, Time } from '@/ui';
import { BrowserForm } from './BrowserForm';
import { browsers_query, told_query } from './queries';

const here_query = { queryKey: ['this-browser'], queryFn: async () => (await subscription())?.endpoint ?? '' };

/** What one's own browsers say of alerts while no page of Glasshouse is open. */
export default function Notifications() {
  const queries = useQueryClient();
  const browsers = useQuery(browsers_query);
  const here = useQuery(here_query);
  const [changing, set_changing] = useState<Browser>();
  const items = browsers.data?.items ?? [];
  const is_on = items.some((one) => one.endpoint === here.data && !one.ended_at);
  const reason = why_not();
  const changed = () => Promise.all([queries.invalidateQueries({ queryKey: browsers_query.queryKey, exact: true }), queries.invalidateQueries({ queryKey: here_query.queryKey })]);
  const add = useMutation({ mutationFn: () => subscribe(browsers.data?.key ?? '', device_name()), onSettled: changed });
  return (
    <>
      <PageHead
        title="My notifications"
        actions={
          <Button kind="primary" icon={<BellRing size={16} aria-hidden />} isDisabled={!browsers.data || is_on || reason !== undefined || add.isPending} onPress={() => add.mutate()}>
            {add.isPending ? 'Asking the browser…' : 'Notify me in this browser'}
          </Button>
        }
      >
        Your browsers can tell you of alerts while no page of this console is open. No plate is in any notification, and the browser’s push service cannot read them. Signing out in a browser ends them there.
      </PageHead>
      {reason ? <p className="soft">{reason}</p> : null}
      {add.error ? <Failed error={add.error} retry={() => add.mutate()} /> : null}
      {browsers.error ? <ProblemPanel error={browsers.error} retry={() => void browsers.refetch()} /> : null}
      {browsers.isPending ? <Skeleton rows={3} label="Loading your browsers" /> : null}
      {browsers.data && items.length === 0 ? <EmptyState icon={Bell} title="No browser of yours is told" /> : null}
      <ul className="channels">
        {items.map((browser) => (
          <li key={browser.id}>
            <OneBrowser browser={browser} is_here={browser.endpoint === here.data} on_change={() => set_changing(browser)} on_removed={changed} />
          </li>
        ))}
      </ul>
      {changing ? <BrowserForm browser={changing} on_close={() => set_changing(undefined)} /> : null}
    </>
  );
}

/** The browser's own refusals are no answers of the server. */
function Failed({ error, retry }: { error: Error; retry: () => void }) {
  if (!(error instanceof DOMException)) return <ProblemPanel error={error} retry={retry} />;
  return (
    <p role="alert" className="soft">
      This browser did not get a subscription from its push service ({error.name}). Look whether it is online and may reach that service, then try again.
    </p>
  );
}

function OneBrowser({ browser, is_here, on_change, on_removed }: { browser: Browser; is_here: boolean; on_change: () => void; on_removed: () => Promise<unknown> }) {
  const queries = useQueryClient();
  const path = { id: browser.id };
  const test = useMutation({
    mutationFn: () => call(api.POST('/api/v1/me/push/{id}/test', { params: { path } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: told_query(browser.id).queryKey }),
  });
  const remove = useMutation({
    mutationFn: async () => {
      await call(api.DELETE('/api/v1/me/push/{id}', { params: { path } }));
      if (is_here) await (await subscription())?.unsubscribe();
    },
    onSuccess: on_removed,
  });
  const error = test.error ?? remove.error;
  return (
    <article className="stack-tight" aria-label={browser.name}>
      <header className="row-wrap">
        <h2>{browser.name}</h2>
        {is_here ? <Tag meaning="resolved">This browser</Tag> : null}
        {browser.ended_at ? <Tag meaning="stale">Ended by the browser</Tag> : null}
        {!browser.enabled && !browser.ended_at ? <Tag meaning="stale">Switched off</Tag> : null}
        <span className="push row-wrap">
          {browser.ended_at ? null : (
            <>
              <Button size="small" icon={<Send size={14} aria-hidden />} isDisabled={test.isPending || !browser.enabled} onPress={() => test.mutate()}>
                Send a test message
              </Button>
              <Button size="small" icon={<Pencil size={14} aria-hidden />} onPress={on_change}>
                Change
              </Button>
            </>
          )}
          <RemoveButton says="Remove it and its log" pending={remove.isPending} on_remove={() => remove.mutate()} />
        </span>
      </header>
      <p className="small soft">
        Added <Time at={browser.made_at} />.{' '}
        {browser.ended_at ? (
          <>
            The browser ended its subscription <Time at={browser.ended_at} />; to be told again, turn notifications on in it anew.
          </>
        ) : (
          channel_sentence(browser)
        )}
      </p>
      {error ? <ProblemPanel error={error} /> : null}
      <Log name={browser.name} query={told_query(browser.id)} send_again={(item) => call(api.POST('/api/v1/me/push/{id}/deliveries/{item}/again', { params: { path: { ...path, item } } }))} />
    </article>
  );
}
