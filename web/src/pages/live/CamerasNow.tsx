import { useQuery } from '@tanstack/react-query';
import { ToggleButton } from 'react-aria-components';
import type { Schemas } from '@/api/client';
import { cameras_query } from '@/api/queries';
import { count_text, type Meaning, ProblemPanel, Skeleton, Tag, Time } from '@/ui';

const states: Record<Schemas['CameraState'], { word: string; meaning: Meaning }> = {
  ok: { word: 'Working', meaning: 'resolved' },
  quiet: { word: 'Quiet', meaning: 'stale' },
  away: { word: 'Away', meaning: 'needed' },
  'never-seen': { word: 'Never seen', meaning: 'stale' },
  disabled: { word: 'Off', meaning: 'stale' },
};

/** While no read is chosen: which cameras work, how busy they are; choosing one filters the list. */
export function CamerasNow({ chosen, on_choose }: { chosen?: string; on_choose: (id: string) => void }) {
  const query = useQuery({ ...cameras_query, refetchInterval: 60_000 });
  if (query.error && !query.data) return <ProblemPanel error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton rows={8} label="Loading the cameras" />;
  const busiest = Math.max(1, ...query.data.map((c) => c.reads_last_hour));
  const order = [...query.data].sort((a, b) => b.reads_last_hour - a.reads_last_hour);
  return (
    <>
      <div className="live-side-head">
        <h2>Cameras now</h2>
        <span className="small faint">reads in the last hour</span>
      </div>
      <ul className="camera-bars">
        {order.map((camera) => {
          const state = states[camera.state];
          return (
            <li key={camera.id}>
              <ToggleButton className="camera-bar" isSelected={chosen === camera.id} onChange={() => on_choose(camera.id)}>
                <span className="camera-bar-name clip">{camera.name}</span>
                {camera.state === 'ok' ? (
                  <span className="figures">{count_text(camera.reads_last_hour)}</span>
                ) : (
                  <Tag meaning={state.meaning}>{state.word}</Tag>
                )}
                <svg className="camera-bar-line" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
                  <rect width="100" height="3" className="bar-ground" />
                  <rect width={(camera.reads_last_hour / busiest) * 100} height="3" className="bar-full" />
                </svg>
                {camera.state === 'away' && camera.last_contact_at ? (
                  <span className="small faint camera-bar-note">
                    last heard <Time at={camera.last_contact_at} />
                  </span>
                ) : null}
              </ToggleButton>
            </li>
          );
        })}
      </ul>
    </>
  );
}
