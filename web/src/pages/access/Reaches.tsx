import type { Schemas } from '@/api/client';
import { Tag, Time } from '@/ui';
import { day_of, kinds } from '../sharing/words';

/** Each way in: who, by which path, to which cameras, for what, when, until when. */
export function Reaches({ reaches }: { reaches: Schemas['Reach'][] }) {
  if (reaches.length === 0) return <p>No other agency can ask about these cameras.</p>;
  return (
    <ul className="access-list">
      {reaches.map((reach) => (
        <li key={reach.grant_id}>
          <p className="row-wrap">
            <span className="strong">{reach.agency}</span> <Tag meaning="plain">{kinds[reach.kind]}</Tag>
            {reach.path === 'grant' ? null : <Tag meaning="needed">also region-wide</Tag>}
          </p>
          <dl className="facts">
            <dt>Path</dt>
            <dd>
              <code className="access-id">{reach.grant_id}</code>, change {reach.change}
            </dd>
            <dt>Cameras</dt>
            <dd>{reach.cameras.map((camera) => camera.name).join(', ')}</dd>
            <dt>For</dt>
            <dd>
              {reach.purposes.map((code) => code.replaceAll('-', ' ')).join(', ')}
              {reach.lists ? '; also sends lists that alert for these cameras' : ''}
            </dd>
            <dt>Hours</dt>
            <dd>{reach.hours}</dd>
            <dt>Until</dt>
            <dd>{day_of(reach.ends_at)}</dd>
          </dl>
        </li>
      ))}
    </ul>
  );
}

const whats = { began: 'New', ended: 'Ended', changed: 'Changed' } as const;

export function Changes({ changes, since }: { changes: Schemas['AccessChange'][]; since: string }) {
  if (changes.length === 0)
    return (
      <p>
        Nothing changed since <Time at={since} />.
      </p>
    );
  return (
    <ul className="access-list">
      {changes.map((change) => (
        <li key={`${change.grant_id} ${change.what}`} className="row-wrap">
          <Tag meaning={change.what === 'began' ? 'needed' : 'plain'}>{whats[change.what]}</Tag> {change.sentence}
        </li>
      ))}
    </ul>
  );
}

export function Promised({ promises }: { promises: Schemas['SharingPromise'][] }) {
  return (
    <ul className="access-list">
      {promises.map((promise) => (
        <li key={promise.id} className="row-wrap">
          <Tag meaning={promise.holds ? 'resolved' : 'confirmed'}>{promise.holds ? 'Holds' : 'Does not hold'}</Tag> {promise.sentence} {promise.why}
        </li>
      ))}
    </ul>
  );
}
