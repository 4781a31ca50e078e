import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useMay } from '@/app/session';
import { Tag } from '@/ui';
import { hotlists_query } from '../hotlists/queries';

/** An empty queue means little while a list has stopped alerting: that is said above it. */
export function StoppedLists() {
  const may = useMay();
  const lists = useQuery({ ...hotlists_query, enabled: may('view-hotlists') });
  const stopped = lists.data?.filter((l) => l.freshness.state === 'stopped') ?? [];
  if (!stopped.length) return null;
  return (
    <p className="stopped-lists" role="alert">
      <Tag meaning="needed">Too old to alert</Tag>
      {stopped.map((l) => (
        <Link key={l.id} to={`/hotlists/${l.id}`}>
          {l.name}
        </Link>
      ))}
    </p>
  );
}
