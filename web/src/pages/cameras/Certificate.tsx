import { useMutation, useQueryClient } from '@tanstack/react-query';
import { BadgeCheck } from 'lucide-react';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/app/session';
import { Button, Dialog, type Meaning, ProblemPanel, RemoveButton, Tag, Time } from '@/ui';
import { Copyable } from './Copyable';
import type { Camera } from './state';

type Certificate = Schemas['CameraCertificate'];

const words: Record<Certificate['state'], string> = { none: 'No certificate', valid: 'Certificate in order', expired: 'Certificate ran out', revoked: 'Certificate revoked' };
const meanings: Record<Certificate['state'], Meaning> = { none: 'plain', valid: 'confirmed', expired: 'needed', revoked: 'stale' };

/** What the camera's device is known by, and for administrators: a claim code, or the end of it. */
export function Certificate({ camera, certificate }: { camera: Camera; certificate: Certificate }) {
  const may = useMay();
  const queries = useQueryClient();
  const [claiming, set_claiming] = useState(false);
  const refresh = () => queries.invalidateQueries({ queryKey: ['camera', camera.id] });
  const revoke = useMutation({
    mutationFn: () => call(api.DELETE('/api/v1/cameras/{id}/certificate', { params: { path: { id: camera.id } } })),
    onSuccess: refresh,
  });
  const live = certificate.state === 'valid' || certificate.state === 'expired' || certificate.code_until !== undefined;
  return (
    <section className="stack-tight" aria-label="Device">
      <h3>Device</h3>
      <p className="row-wrap">
        <Tag meaning={meanings[certificate.state]}>{words[certificate.state]}</Tag>
        {certificate.state === 'none' ? <span className="soft">{camera.has_token ? 'It comes with a device token.' : 'No device is this camera yet.'}</span> : null}
      </p>
      {certificate.claimed_at ? (
        <dl className="facts">
          <div>
            <dt>Claimed</dt>
            <dd>
              <Time at={certificate.claimed_at} />
            </dd>
          </div>
          <div>
            <dt>Last renewal</dt>
            <dd>{certificate.renewed_at ? <Time at={certificate.renewed_at} /> : null}</dd>
          </div>
          <div>
            <dt>{certificate.revoked_at ? 'Revoked' : certificate.state === 'expired' ? 'Ran out' : 'Good until'}</dt>
            <dd>
              <Time at={certificate.revoked_at ?? certificate.until ?? certificate.claimed_at} />
            </dd>
          </div>
          <div>
            <dt>Key</dt>
            <dd className="figures">{certificate.key}…</dd>
          </div>
        </dl>
      ) : null}
      {certificate.code_until ? (
        <p className="soft">
          A claim code waits for its device until <Time at={certificate.code_until} />.
        </p>
      ) : null}
      {may('manage-cameras') ? (
        <div className="row-wrap">
          {certificate.available ? (
            <Button size="small" icon={<BadgeCheck size={14} aria-hidden />} onPress={() => set_claiming(true)}>
              Make a claim code
            </Button>
          ) : (
            <p className="small soft">This server takes no certificates: it was started without --cameras.</p>
          )}
          {live ? <RemoveButton says="Revoke: nothing from this device is taken any more" pending={revoke.isPending} on_remove={() => revoke.mutate()} /> : null}
        </div>
      ) : null}
      {revoke.error ? <ProblemPanel error={revoke.error} /> : null}
      {claiming ? (
        <ClaimDialog
          camera={camera}
          replaces={certificate.state === 'valid' || certificate.state === 'expired'}
          on_close={() => {
            set_claiming(false);
            void refresh();
          }}
        />
      ) : null}
    </section>
  );
}

function ClaimDialog({ camera, replaces, on_close }: { camera: Camera; replaces: boolean; on_close: () => void }) {
  const make = useMutation({
    mutationFn: () => call(api.POST('/api/v1/cameras/{id}/claim-code', { params: { path: { id: camera.id } } })),
    // The code lives in this dialog only, never in a cache.
    gcTime: 0,
  });
  return (
    <Dialog open on_close={on_close} title={`Claim code for ${camera.name}`} kind="wide">
      <div className="stack">
        {make.data ? (
          <>
            <p className="strong">
              This is shown once. It is good until <Time at={make.data.until} />, for one device.
            </p>
            <Copyable label="Code" text={make.data.code} />
            <Copyable label="Command on the device; DIR is a folder of its own there" text={make.data.command} />
            <div>
              <Button kind="primary" onPress={on_close}>
                I have it
              </Button>
            </div>
          </>
        ) : (
          <>
            <p>
              The device makes its own key and gets a certificate that it renews every day.{' '}
              {replaces ? 'When it claims the camera, the device that is it now is refused.' : camera.has_token ? 'When it claims the camera, the token stops working.' : ''}
            </p>
            {make.error ? <ProblemPanel error={make.error} retry={() => make.mutate()} /> : null}
            <div className="row">
              <Button kind="primary" isDisabled={make.isPending} onPress={() => make.mutate()}>
                Make the code
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
