import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, call, type Schemas } from '@/api/client';
import { purposes_query } from '@/api/queries';
import { Button, count_text, Dialog, LedgerMark, ProblemPanel, RemoveButton, Select, Skeleton, Tag, Time } from '@/ui';
import { shares_query } from './queries';

type List = Schemas['Hotlist'];
type Share = Schemas['HotlistShare'];

/** Of a list that another agency sent: whose it is, and what of it does not stand here. */
export function Origin({ origin }: { origin: Schemas['HotlistOrigin'] }) {
  const left_out = [origin.refused ? `${count_text(origin.refused)} refused` : '', origin.barred ? `${count_text(origin.barred)} barred` : ''].filter(Boolean).join(', ');
  return (
    <p className="list-age">
      <Tag meaning="plain">From {origin.agency}</Tag>
      <span>
        They keep this list; it alerts for the cameras of their <Link to="/sharing">grant</Link>, within its hours, and goes with it.
        {left_out ? ` Not taken here: ${left_out}.` : ''} <LedgerMark index={origin.ledger_index} />
      </span>
    </p>
  );
}

/** Who else holds the list, in a line above the entries; the dialog has the rest. */
export function SharedWith({ list, on_show }: { list: List; on_show: () => void }) {
  const shares = useQuery(shares_query(list.id)).data?.items ?? [];
  const trouble = shares.find((s) => s.problem);
  if (!shares.length) return null;
  return (
    <p className="list-age" role={trouble ? 'alert' : undefined}>
      {trouble ? (
        <>
          <Tag meaning="needed">Not sent</Tag> {trouble.agency}: {trouble.problem}
        </>
      ) : (
        <>
          <Tag meaning="plain">Sent</Tag> to {shares.map((s) => s.agency).join(', ')}.
        </>
      )}{' '}
      <Button size="small" kind="quiet" onPress={on_show}>
        Who holds it
      </Button>
    </p>
  );
}

function useShareChange<T>(list: List, send: (what: T) => Promise<Schemas['HotlistShares']>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (now) => queries.setQueryData(shares_query(list.id).queryKey, now),
  });
}

/** Sends the list to an agency whose grant takes lists, and shows what each holds. */
export function Shares({ list, on_close }: { list: List; on_close: () => void }) {
  const shares = useQuery(shares_query(list.id));
  const take_back = useShareChange(list, (grant_id: string) => call(api.DELETE('/api/v1/hotlists/{id}/shares/{item}', { params: { path: { id: list.id, item: grant_id } } })));
  const found = shares.data;
  return (
    <Dialog open on_close={on_close} title={`Send “${list.name}” to other agencies`} kind="wide">
      <div className="stack">
        <p className="small soft">
          Its entries then alert their officers, at the cameras of a grant that takes lists. They verify; what is ended here is closed there at once. Each sending stands in both public logs.
        </p>
        {shares.isPending ? <Skeleton rows={3} /> : null}
        {shares.error ? <ProblemPanel error={shares.error} retry={() => void shares.refetch()} /> : null}
        {take_back.error ? <ProblemPanel error={take_back.error} /> : null}
        {found?.items.length ? (
          <ul className="pulls" aria-label="Who holds it">
            {found.items.map((share) => (
              <li key={share.grant_id} className="stack-tight">
                <ShareLine share={share} />
                {share.ending ? null : (
                  <div>
                    <RemoveButton word="Take back…" says={`Take it back from ${share.agency}`} pending={take_back.isPending} on_remove={() => take_back.mutate(share.grant_id)} />
                  </div>
                )}
              </li>
            ))}
          </ul>
        ) : null}
        {found ? found.choices.length ? <SendTo list={list} choices={found.choices} /> : <NoChoice any={found.items.length > 0} /> : null}
      </div>
    </Dialog>
  );
}

function NoChoice({ any }: { any: boolean }) {
  return (
    <p className="soft">
      {any ? 'No other grant takes lists.' : 'No grant that was given to us takes lists.'} Whose cameras they are offers one under <Link to="/sharing">Sharing</Link>.
    </p>
  );
}

function ShareLine({ share }: { share: Share }) {
  const left_out = [share.refused ? `${count_text(share.refused)} refused` : '', share.barred ? `${count_text(share.barred)} barred` : ''].filter(Boolean).join(', ');
  return (
    <>
      <span className="row-wrap">
        <span className="strong">{share.agency}</span>
        {share.ending ? <Tag meaning="stale">Being taken back</Tag> : share.problem ? <Tag meaning="needed">Not sent</Tag> : share.told_at ? <Tag meaning="resolved">Holds it</Tag> : <Tag meaning="plain">Being sent</Tag>}
        <span className="soft small figures">
          {count_text(share.entries)} {share.entries === 1 ? 'entry' : 'entries'}
          {left_out ? `, ${left_out}` : ''}
        </span>
      </span>
      <span className="small soft">
        Since <Time at={share.since} />, by {share.by}
        {share.told_at ? (
          <>
            ; they last confirmed it <Time at={share.told_at} />
          </>
        ) : null}
      </span>
      {share.problem ? (
        <span className="small" role="alert">
          {share.problem}
        </span>
      ) : null}
    </>
  );
}

function SendTo({ list, choices }: { list: List; choices: Schemas['HotlistShareChoice'][] }) {
  const labels = useQuery(purposes_query).data?.purposes;
  const [grant_id, set_grant] = useState<string | null>(choices.length === 1 ? (choices[0]?.grant_id ?? null) : null);
  const [purpose, set_purpose] = useState<string | null>(null);
  const choice = choices.find((c) => c.grant_id === grant_id);
  const chosen = choice?.purposes.length === 1 ? (choice.purposes[0] ?? null) : choice?.purposes.includes(purpose ?? '') ? purpose : null;
  const send = useShareChange(list, (what: { grant_id: string; purpose: string }) =>
    call(api.PUT('/api/v1/hotlists/{id}/shares/{item}', { params: { path: { id: list.id, item: what.grant_id } }, body: { purpose: what.purpose } })),
  );
  return (
    <form
      className="stack"
      aria-label="Send to"
      onSubmit={(e) => {
        e.preventDefault();
        if (choice && chosen) send.mutate({ grant_id: choice.grant_id, purpose: chosen });
      }}
    >
      <Select
        label="Send to"
        options={choices.map((c) => ({ value: c.grant_id, label: c.agency, note: `${count_text(c.cameras)} ${c.cameras === 1 ? 'camera' : 'cameras'}, ${c.hours}, until ${c.ends_at.slice(0, 10)}` }))}
        value={grant_id}
        on_change={set_grant}
        required
      />
      {choice ? <Select label="For" options={choice.purposes.map((code) => ({ value: code, label: labels?.find((one) => one.code === code)?.label ?? code }))} value={chosen} on_change={set_purpose} required /> : null}
      {send.error ? <ProblemPanel error={send.error} /> : null}
      <div>
        <Button kind="primary" type="submit" isDisabled={!choice || !chosen || send.isPending}>
          Send it, and what changes on it
        </Button>
      </div>
    </form>
  );
}
