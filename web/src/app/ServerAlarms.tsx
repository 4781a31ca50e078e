import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { overview_query } from '@/api/queries';

/** What is wrong with the server itself, on every page: whoever reads it can tell an administrator. */
export function ServerAlarms() {
  return <AlarmList alarms={useQuery(overview_query).data?.alarms ?? []} />;
}

export function AlarmList({ alarms }: { alarms: Schemas['Alarm'][] }) {
  return alarms.map((alarm) => (
    <p key={alarm.code + alarm.title} className="sharing-alarm" role="alert">
      <strong>{alarm.title}</strong> {alarm.why} {alarm.next}
    </p>
  ));
}
