import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Fingerprint, KeyRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { me_query } from '@/api/queries';
import { useSession } from '@/app/session';
import { device_name } from '@/pages/sign-in/Enroll';
import { Button, EmptyState, Field, PageHead, ProblemPanel, Skeleton, Tag, Time } from '@/ui';
import { Dialog } from '@/ui/Dialog';
import { Provider } from './Provider';
import './passkeys.css';

type Passkey = Schemas['Passkey'];
type Shown = { kind: 'add' } | { kind: 'rename' | 'remove'; passkey: Passkey };

export default function Passkeys() {
  const queries = useQueryClient();
  const session = useSession();
  const [shown, set_shown] = useState<Shown>();
  const query = useQuery({ queryKey: ['passkeys'], queryFn: async ({ signal }) => (await call(api.GET('/api/v1/me/passkeys', { signal }))).items });
  const close = () => set_shown(undefined);
  const changed = () => {
    void queries.invalidateQueries({ queryKey: ['passkeys'] });
    void queries.invalidateQueries({ queryKey: me_query.queryKey });
    close();
  };
  const usable = query.data?.filter((p) => !p.suspect).length ?? 0;
  return (
    <>
      <PageHead
        title="My passkeys"
        actions={
          <Button kind="primary" icon={<Fingerprint size={16} aria-hidden />} onPress={() => set_shown({ kind: 'add' })}>
            Add a passkey
          </Button>
        }
      >
        What you come in with: a finger, a face or a PIN on a device of yours, or a security key. Keep two, so that losing one does not lock you out.
      </PageHead>
      {query.error ? <ProblemPanel error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={3} label="Loading your passkeys" /> : null}
      {query.data?.length === 0 ? <EmptyState icon={KeyRound} title="You have no passkey yet" /> : null}
      {query.data?.length ? (
        <ul className="passkeys">
          {query.data.map((passkey) => (
            <li key={passkey.id}>
              <div>
                <p className="strong">{passkey.name}</p>
                <p className="small soft">
                  Added <Time at={passkey.created_at} />
                  {passkey.last_used_at ? (
                    <>
                      , last used <Time at={passkey.last_used_at} />
                    </>
                  ) : null}
                </p>
                <p className="row-wrap">
                  {passkey.suspect ? <Tag meaning="needed">Maybe copied: opens nothing</Tag> : null}
                  {passkey.opens_pictures ? <Tag meaning="resolved">Keeps your key for pictures</Tag> : null}
                  {passkey.synced ? <Tag meaning="stale">May be on several of your devices</Tag> : null}
                </p>
              </div>
              <div className="row-wrap">
                <Button size="small" onPress={() => set_shown({ kind: 'rename', passkey })} aria-label={`Rename ${passkey.name}`}>
                  Rename
                </Button>
                <Button
                  size="small"
                  kind="quiet"
                  onPress={() => set_shown({ kind: 'remove', passkey })}
                  isDisabled={!passkey.suspect && usable < 2}
                  aria-label={`Remove ${passkey.name}`}
                >
                  Remove
                </Button>
              </div>
            </li>
          ))}
        </ul>
      ) : null}
      {usable === 1 ? <p className="small soft">The last one cannot be removed: add another first.</p> : null}
      {session.fallback ? <p className="small soft">An administrator also lets you come in by password and code{session.fallback_set ? '' : '; you set them on the page of a one-time link'}.</p> : null}
      <Provider />
      {shown?.kind === 'add' ? <Add on_close={close} on_done={changed} /> : null}
      {shown?.kind === 'rename' ? <Rename passkey={shown.passkey} on_close={close} on_done={changed} /> : null}
      {shown?.kind === 'remove' ? <Remove passkey={shown.passkey} on_close={close} on_done={changed} /> : null}
    </>
  );
}

interface PartProps {
  on_close: () => void;
  on_done: () => void;
}

function Add({ on_close, on_done }: PartProps) {
  const [name, set_name] = useState(device_name());
  const add = useMutation({ mutationFn: async () => (await import('@/passkey/ceremony')).add(name.trim()), onSuccess: on_done });
  return (
    <Named title="Add a passkey" button={add.isPending ? 'Waiting for your device…' : 'Add it'} name={name} set_name={set_name} error={add.error} busy={add.isPending} on_close={on_close} act={() => add.mutate()} />
  );
}

function Rename({ passkey, on_close, on_done }: PartProps & { passkey: Passkey }) {
  const [name, set_name] = useState(passkey.name);
  const rename = useMutation({
    mutationFn: () => call(api.PATCH('/api/v1/me/passkeys/{id}', { params: { path: { id: passkey.id } }, body: { name: name.trim() } })),
    onSuccess: on_done,
  });
  return <Named title={`Rename ${passkey.name}`} button="Rename" name={name} set_name={set_name} error={rename.error} busy={rename.isPending} on_close={on_close} act={() => rename.mutate()} />;
}

interface NamedProps {
  title: string;
  button: string;
  name: string;
  set_name: (name: string) => void;
  error: unknown;
  busy: boolean;
  on_close: () => void;
  act: () => void;
}

function Named({ title, button, name, set_name, error, busy, on_close, act }: NamedProps) {
  return (
    <Dialog open on_close={on_close} title={title}>
      <form
        className="stack"
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          act();
        }}
      >
        {error ? <ProblemPanel error={error} retry={act} /> : null}
        <Field label="Name" hint="So that you know it again among others." value={name} onChange={set_name} maxLength={60} isRequired autoFocus />
        <div>
          <Button kind="primary" type="submit" isDisabled={busy || !name.trim()}>
            {button}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Remove({ passkey, on_close, on_done }: PartProps & { passkey: Passkey }) {
  const remove = useMutation({ mutationFn: () => call(api.DELETE('/api/v1/me/passkeys/{id}', { params: { path: { id: passkey.id } } })), onSuccess: on_done });
  return (
    <Dialog open on_close={on_close} title={`Remove ${passkey.name}`}>
      <div className="stack">
        {remove.error ? <ProblemPanel error={remove.error} retry={() => remove.mutate()} /> : null}
        <p>It opens nothing here any more. The device itself keeps it until you delete it there.</p>
        <div className="row">
          <Button kind="primary" onPress={() => remove.mutate()} isDisabled={remove.isPending}>
            Remove it
          </Button>
          <Button kind="quiet" onPress={on_close}>
            Keep it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
