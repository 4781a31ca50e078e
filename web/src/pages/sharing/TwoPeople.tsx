import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { cameras_query, purposes_query } from '@/api/queries';
import { useSession } from '@/app/session';
import { AnyOf, Button, Field, ProblemPanel, Select, Tag, Time } from '@/ui';
import { useSharingChange } from './queries';
import { promise_words } from './words';

type Said = (said: { words: string; index?: number }) => void;

/** What one person proposed and another must confirm. */
export function Waiting({ acts, may, on_done }: { acts: Schemas['SharingAct'][]; may: boolean; on_done: Said }) {
  const me = useSession().officer.id;
  const confirm = useSharingChange(
    (act: Schemas['SharingAct']) => call(api.POST('/api/v1/sharing/acts/{id}/confirm', { params: { path: { id: act.id } } })),
    (got) => on_done({ words: 'Confirmed by two people. It holds.', index: got.ledger_index }),
  );
  const withdraw = useSharingChange((act: Schemas['SharingAct']) => call(api.DELETE('/api/v1/sharing/acts/{id}', { params: { path: { id: act.id } } })));
  return (
    <section aria-labelledby="waiting-heading">
      <h2 id="waiting-heading">Waits for a second person</h2>
      {confirm.error ? <ProblemPanel error={confirm.error} /> : null}
      <ul className="sharing-list">
        {acts.map((act) => (
          <li key={act.id} className="sharing-agency">
            <div>
              <p className="strong">{act.sentence}</p>
              <p className="small soft">
                Proposed by {act.proposed_by}, <Time at={act.proposed_at} />
              </p>
            </div>
            {may ? (
              <div className="row-wrap">
                {act.proposed_by_id === me ? (
                  <span className="small soft">Another person confirms it.</span>
                ) : (
                  <Button kind="primary" size="small" onPress={() => confirm.mutate(act)} isDisabled={confirm.isPending} aria-label={`Confirm: ${act.sentence}`}>
                    Confirm
                  </Button>
                )}
                <Button size="small" onPress={() => withdraw.mutate(act)} isDisabled={withdraw.isPending} aria-label={`Withdraw: ${act.sentence}`}>
                  Withdraw
                </Button>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Promises about who reaches our cameras, each checked at every question. */
export function Promises({ promises, may, on_said }: { promises: Schemas['SharingPromise'][]; may: boolean; on_said: Said }) {
  const [kind, set_kind] = useState<Schemas['PromiseKind'] | null>(null);
  const [value, set_value] = useState('');
  const cameras = useQuery(cameras_query).data ?? [];
  const purposes = useQuery(purposes_query).data?.purposes ?? [];
  const make = useSharingChange(
    () => call(api.POST('/api/v1/sharing/promises', { body: { kind: kind ?? 'no-federal-agency', ...(value ? { value } : {}) } })),
    (made) => {
      set_kind(null);
      set_value('');
      on_said({ words: `Promised: ${made.sentence}`, index: made.ledger_index });
    },
  );
  const take_back = useSharingChange(
    (promise: Schemas['SharingPromise']) => call(api.POST('/api/v1/sharing/acts', { body: { kind: 'take-promise-back', subject: promise.id } })),
    (act) => on_said({ words: `Proposed: ${act.sentence} A second person confirms it.`, index: act.ledger_index }),
  );
  const wants = kind ? promise_words[kind].value : undefined;
  return (
    <section aria-labelledby="promises-heading">
      <h2 id="promises-heading">Promises</h2>
      <p className="soft">Each is checked at every question of another agency. While one does not hold, nothing is shared with anybody, and everybody here is told.</p>
      {make.error ? <ProblemPanel error={make.error} /> : null}
      {take_back.error ? <ProblemPanel error={take_back.error} /> : null}
      <ul className="sharing-list">
        {promises.map((promise) => (
          <li key={promise.id} className="sharing-agency">
            <div>
              <p className="row-wrap">
                {promise.sentence} <Tag meaning={promise.holds ? 'resolved' : 'confirmed'}>{promise.holds ? 'Holds' : 'Does not hold'}</Tag>
              </p>
              {promise.why ? <p className="small">{promise.why}</p> : null}
            </div>
            {may && promise.id !== 'promise_always' ? (
              <Button size="small" onPress={() => take_back.mutate(promise)} isDisabled={take_back.isPending} aria-label={`Take back: ${promise.sentence}`}>
                Take back …
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {may ? (
        <div className="sharing-form">
          <Select
            label="Promise more"
            options={Object.entries(promise_words).map(([code, words]) => ({ value: code, label: words.label }))}
            value={kind}
            on_change={(v) => {
              set_kind(v as Schemas['PromiseKind']);
              set_value('');
            }}
          />
          {kind === 'camera-not-shared' ? <Select label="The camera" options={cameras.map((one) => ({ value: one.id, label: one.name }))} value={value || null} on_change={set_value} /> : null}
          {kind === 'not-for-purpose' ? <Select label="The purpose" options={purposes.map((one) => ({ value: one.code, label: one.label }))} value={value || null} on_change={set_value} /> : null}
          {kind === 'at-most-agencies' ? <Field label="How many" value={value} onChange={set_value} inputMode="numeric" maxLength={5} /> : null}
          <Button onPress={() => make.mutate(undefined)} isDisabled={!kind || (wants !== undefined && !value) || make.isPending}>
            Promise it
          </Button>
        </div>
      ) : null}
    </section>
  );
}

/** The opt-in list that one question may reach at once: off until two people turn it on. */
export function Region({ sharing, may, on_said }: { sharing: Schemas['Sharing']; may: boolean; on_said: Said }) {
  const [chosen, set_chosen] = useState<string[]>([]);
  const propose = useSharingChange(
    () => call(api.POST('/api/v1/sharing/acts', { body: { kind: 'region-on', agency_ids: chosen } })),
    (act) => {
      set_chosen([]);
      on_said({ words: `Proposed: ${act.sentence} A second person confirms it.`, index: act.ledger_index });
    },
  );
  const off = useSharingChange(() => call(api.DELETE('/api/v1/sharing/region')));
  return (
    <section aria-labelledby="region-heading">
      <h2 id="region-heading">Region-wide list</h2>
      <p className="row-wrap">
        <Tag meaning={sharing.region.on ? 'needed' : 'plain'}>{sharing.region.on ? 'On' : 'Off'}</Tag>
        {sharing.region.on ? sharing.region.agencies.map((one) => one.name).join(', ') : 'One question reaches one agency at a time.'}
      </p>
      {propose.error ? <ProblemPanel error={propose.error} /> : null}
      {off.error ? <ProblemPanel error={off.error} /> : null}
      {may && sharing.region.on ? (
        <div>
          <Button onPress={() => off.mutate(undefined)} isDisabled={off.isPending}>
            Turn it off
          </Button>
        </div>
      ) : null}
      {may && sharing.agencies.length ? (
        <div className="sharing-form">
          <AnyOf label="Agencies on the list" options={sharing.agencies.map((one) => ({ value: one.id, label: one.name }))} value={chosen} on_change={set_chosen} most={500} />
          <Button onPress={() => propose.mutate(undefined)} isDisabled={chosen.length === 0 || propose.isPending}>
            Propose this list …
          </Button>
        </div>
      ) : null}
    </section>
  );
}
