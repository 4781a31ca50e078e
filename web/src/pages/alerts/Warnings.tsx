import type { Schemas } from '@/api/client';
import { LedgerMark, region_name, Tag, Time } from '@/ui';

type Alert = Schemas['Alert'];

/** What somebody must know before comparing: that the list is old, that the state is another, that two people look. */
export function Warnings({ alert }: { alert: Alert }) {
  const region = alert.agreements.find((a) => a.field === 'region');
  return (
    <>
      {alert.withdrawn ? (
        <p className="old-list" role="status">
          <Tag meaning="needed">Closed</Tag> {alert.withdrawn.sentence} <Time at={alert.withdrawn.at} />
        </p>
      ) : null}
      <SecondLook alert={alert} />
      {came_late(alert) ? (
        <p className="old-list" role="note">
          <Tag meaning="needed">Came late</Tag> It passed <Time at={alert.read.captured_at} style="full" /> and was sent only <Time at={alert.created_at} style="full" />. It may be far away by now.
        </p>
      ) : null}
      {region?.verdict === 'different' ? (
        <p className="old-list" role="note">
          <Tag meaning="needed">Another state</Tag> Wanted is a plate of {region_name(region.wanted)}, read was one of {region_name(region.read)}. The same letters are on the road in both.
        </p>
      ) : null}
      {alert.list_stale ? (
        <p className="old-list" role="note">
          <Tag meaning="needed">Old list</Tag> When it hit, this list was overdue
          {alert.list_as_of ? (
            <>
              : its newest {alert.agency ? 'word' : 'file'} was of <Time at={alert.list_as_of} style="full" />
            </>
          ) : null}
          . Ask whether the entry still holds.
        </p>
      ) : null}
    </>
  );
}

const LATE_MS = 10 * 60_000;
const came_late = (alert: Alert) => alert.state === 'pending' && Date.parse(alert.created_at) - Date.parse(alert.read.captured_at) > LATE_MS;

function SecondLook({ alert }: { alert: Alert }) {
  const look = alert.first_look;
  if (alert.looks_needed === 2)
    return (
      <p className="old-list" role="note">
        <Tag meaning="needed">Two people</Tag> A stop for this is of high risk: two people compare, each for themselves, before it is confirmed.
      </p>
    );
  if (!look) return null;
  return (
    <p className="old-list" role="status">
      <Tag meaning={alert.state === 'pending' ? 'needed' : 'resolved'}>{alert.state === 'pending' ? 'Second look' : 'First look'}</Tag> {look.by_me ? 'You' : look.by} confirmed it first, <Time at={look.at} />
      {look.note ? `: “${look.note}”` : ''}. {alert.state === 'pending' ? (look.by_me ? 'Another person must compare it now.' : 'Compare it yourself before you confirm.') : ''} <LedgerMark index={look.ledger_index} />
    </p>
  );
}
