import { useMutation } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { Button } from '@/ui/Button';
import { ProblemPanel } from '@/ui/panels';
import { Field } from '@/ui/fields';
import { ProviderButton } from './ProviderButton';
import { SetFallback } from './SetFallback';

/** Where a one-time link leads: to the person's first passkey. In a demo it may be left out. */
export function Enroll({ session, on_done }: { session: Schemas['Session']; on_done: (session: Schemas['Session']) => void }) {
  const [name, set_name] = useState(device_name());
  const [by_code, set_by_code] = useState(false);
  const go_on = async () => on_done(await call(api.GET('/api/v1/me')));
  const add = useMutation({ mutationFn: async () => (await import('@/passkey/ceremony')).add(name.trim()), onSuccess: go_on });
  return (
    <section className="stack">
      <h1>Welcome, {session.officer.name}</h1>
      <p>
        Add a passkey to come in with from now on: your finger, face or PIN on this device, or a security key. There is no password that
        somebody could guess, or ask you for.
      </p>
      {add.error ? <ProblemPanel error={add.error} /> : null}
      {by_code ? (
        <SetFallback on_done={() => void go_on()} />
      ) : (
        <>
          <Field label="What to call it" hint="So that you know it again among others." value={name} onChange={set_name} maxLength={60} isRequired />
          <Button kind="primary" size="large" icon={<Fingerprint size={20} aria-hidden />} onPress={() => add.mutate()} isDisabled={add.isPending || !name.trim()}>
            {add.isPending ? 'Waiting for your device…' : 'Add a passkey and go on'}
          </Button>
          <div className="row-wrap">
            <ProviderButton why="link" />
            {session.fallback ? <Button kind="quiet" onPress={() => set_by_code(true)}>I have no passkey: password and code</Button> : null}
            {session.enrolled ? (
              <Button kind="quiet" onPress={() => on_done(session)}>
                Not now
              </Button>
            ) : null}
          </div>
        </>
      )}
    </section>
  );
}

/** A first guess, for the person to change. */
export function device_name(): string {
  const agent = navigator.userAgent;
  const kinds: [RegExp, string][] = [
    [/iPhone/, 'iPhone'],
    [/iPad/, 'iPad'],
    [/Android/, 'Android phone'],
    [/Mac OS/, 'Mac'],
    [/Windows/, 'Windows computer'],
    [/Linux/, 'Linux computer'],
  ];
  return kinds.find(([pattern]) => pattern.test(agent))?.[1] ?? 'This device';
}
