import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, CircleAlert, CircleCheck, KeyRound, Pencil, Search, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, call, type Schemas } from '@/api/client';
import { cameras_query } from '@/api/queries';
import { useMay } from '@/app/session';
import { compass_word } from '@/map/geo';
import { STATE_WORDS } from '@/map/model';
import { StateIcon } from '@/map/StateIcon';
import { Button, count_text, Dialog, ProblemPanel, Skeleton, Tag, Time } from '@/ui';
import { Certificate } from './Certificate';
import { Copyable } from './Copyable';
import { Histogram } from './Histogram';
import { health_query } from './queries';
import { type Camera, meaning_of } from './state';

const level_icon = { ok: CircleCheck, warn: TriangleAlert, problem: CircleAlert };
const level_word = { ok: 'In order', warn: 'Look at this', problem: 'Problem' };
const source_words: Record<string, string> = { reading: 'Reading its source', waiting: 'Waiting for its source', failed: 'Cannot open its source' };

export function CameraDetail({ camera, on_back, on_edit }: { camera: Camera; on_back: () => void; on_edit: () => void }) {
  const health = useQuery({ ...health_query(camera.id), refetchInterval: 30_000 });
  const may = useMay();
  return (
    <article className="camera-detail" aria-label={camera.name}>
      <header className="stack-tight">
        <div>
          <Button kind="quiet" size="small" icon={<ArrowLeft size={14} aria-hidden />} onPress={on_back}>
            All cameras
          </Button>
        </div>
        <h2 className="camera-title">{camera.name}</h2>
        <p className="row-wrap">
          <Tag meaning={meaning_of[camera.state]} icon={<StateIcon state={camera.state} />}>
            {STATE_WORDS[camera.state]}
          </Tag>
          {camera.description ? <span className="soft">{camera.description}</span> : null}
        </p>
      </header>
      {health.isPending ? <Skeleton rows={5} /> : null}
      {health.error && !health.data ? <ProblemPanel error={health.error} retry={() => void health.refetch()} /> : null}
      {health.data ? (
        <>
          <Findings findings={health.data.findings} ok={camera.state === 'ok'} />
          <section className="stack-tight">
            <h3>The last 24 hours</h3>
            <Histogram hours={health.data.reads_by_hour} />
          </section>
          <Facts camera={camera} health={health.data} />
          <Certificate camera={camera} certificate={health.data.certificate} />
        </>
      ) : null}
      <div className="row-wrap">
        <Link className="button button-plain button-small" to={`/search?camera=${camera.id}`}>
          <Search size={14} aria-hidden /> <span>Search its reads</span>
        </Link>
        {may('manage-cameras') ? <Admin camera={camera} by_token={health.data?.certificate.state === 'none'} on_edit={on_edit} /> : null}
      </div>
    </article>
  );
}

function Findings({ findings, ok }: { findings: readonly Schemas['Finding'][]; ok: boolean }) {
  return (
    <section className="stack-tight">
      <h3>{ok ? 'How it is' : 'Why is nothing arriving from this one?'}</h3>
      {findings.length === 0 ? <p className="soft">Nothing stands out.</p> : null}
      <ul className="findings">
        {findings.map((f, i) => {
          const Icon = level_icon[f.level];
          return (
            <li key={i} className={`finding finding-${f.level}`}>
              <Icon size={18} aria-hidden />
              <div>
                <p>
                  <span className="visually-hidden">{level_word[f.level]}: </span>
                  {f.sentence}
                </p>
                {f.next ? <p className="soft">{f.next}</p> : null}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Facts({ camera, health }: { camera: Camera; health: Schemas['CameraHealth'] }) {
  return (
    <dl className="facts">
      <div>
        <dt>Last read</dt>
        <dd>{camera.last_read_at ? <Time at={camera.last_read_at} /> : <span className="faint">never</span>}</dd>
      </div>
      <div>
        <dt>Last call</dt>
        <dd>{camera.last_contact_at ? <Time at={camera.last_contact_at} /> : <span className="faint">never</span>}</dd>
      </div>
      <div>
        <dt>Reads, last hour</dt>
        <dd className="figures">{count_text(camera.reads_last_hour)}</dd>
      </div>
      <div>
        <dt>Source</dt>
        <dd>{health.source_state ? (source_words[health.source_state] ?? health.source_state) : <span className="faint">unknown</span>}</dd>
      </div>
      <div>
        <dt>Waiting on its disk</dt>
        <dd className="figures">{health.spool_reads === undefined ? <span className="faint">unknown</span> : `${count_text(health.spool_reads)} reads`}</dd>
      </div>
      <div>
        <dt>Looks</dt>
        <dd>
          {compass_word(camera.bearing_deg)}, {Math.round(camera.bearing_deg)}°
        </dd>
      </div>
      <div>
        <dt>Place</dt>
        <dd className="figures">
          {camera.place.lat.toFixed(5)}, {camera.place.lon.toFixed(5)}
        </dd>
      </div>
    </dl>
  );
}

function Admin({ camera, by_token, on_edit }: { camera: Camera; by_token: boolean; on_edit: () => void }) {
  const queries = useQueryClient();
  const [issuing, set_issuing] = useState(false);
  const change = useMutation({
    mutationFn: (enabled: boolean) => call(api.PATCH('/api/v1/cameras/{id}', { params: { path: { id: camera.id } }, body: { enabled } })),
    onSuccess: (changed) => {
      queries.setQueryData(cameras_query.queryKey, (old) => old?.map((c) => (c.id === changed.id ? changed : c)));
      void queries.invalidateQueries({ queryKey: ['camera', camera.id] });
      void queries.invalidateQueries({ queryKey: ['cameras'] });
    },
  });
  return (
    <>
      <Button size="small" icon={<Pencil size={14} aria-hidden />} onPress={on_edit}>
        Change
      </Button>
      {by_token ? (
        <Button size="small" icon={<KeyRound size={14} aria-hidden />} onPress={() => set_issuing(true)}>
          {camera.has_token ? 'New device token' : 'Issue a device token'}
        </Button>
      ) : null}
      <Button size="small" isDisabled={change.isPending} onPress={() => change.mutate(!camera.enabled)}>
        {camera.enabled ? 'Switch off' : 'Switch on'}
      </Button>
      {change.error ? <ProblemPanel error={change.error} /> : null}
      {issuing ? <TokenDialog camera={camera} on_close={() => set_issuing(false)} /> : null}
    </>
  );
}

function TokenDialog({ camera, on_close }: { camera: Camera; on_close: () => void }) {
  const queries = useQueryClient();
  const issue = useMutation({
    mutationFn: () => call(api.POST('/api/v1/cameras/{id}/token', { params: { path: { id: camera.id } } })),
    // The token lives in this dialog only, never in a cache.
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['cameras'] }),
  });
  return (
    <Dialog open on_close={on_close} title={`Device token for ${camera.name}`} kind="wide">
      <div className="stack">
        {issue.data ? (
          <>
            <p className="strong">This is shown once. Copy it to the camera now; nobody can look it up later.</p>
            <Copyable label="Token" text={issue.data.token} />
            <Copyable label="Command that starts the camera with it" text={issue.data.command} />
            <div>
              <Button kind="primary" onPress={on_close}>
                I have it
              </Button>
            </div>
          </>
        ) : (
          <>
            <p>The camera proves with it who it is when it sends reads. {camera.has_token ? 'Its present token stops working at once, and nothing arrives until the camera has the new one.' : ''}</p>
            {issue.error ? <ProblemPanel error={issue.error} /> : null}
            <div className="row">
              <Button kind="primary" isDisabled={issue.isPending} onPress={() => issue.mutate()}>
                {camera.has_token ? 'Replace the token' : 'Issue the token'}
              </Button>
              <Button kind="quiet" onPress={on_close}>
                Cancel
              </Button>
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}
