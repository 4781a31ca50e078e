import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Fingerprint, LockKeyhole } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { about_query, me_query } from '@/api/queries';
import { can_unlock } from '@/app/session';
import { Button } from '@/ui/Button';
import { ProblemPanel } from '@/ui/panels';
import { CodeFields, type CodeTyped } from './CodeFields';
import './sign-in.css';

/** Nothing that was on the screen stands behind this: the page itself is gone until its person is back. */
export default function Lock({ session }: { session: Schemas['Session'] }) {
  const queries = useQueryClient();
  const about = useQuery(about_query).data;
  const [typed, set_typed] = useState<CodeTyped>({ password: '', code: '' });
  const opened = (now: Schemas['Session']) => queries.setQueryData(me_query.queryKey, now);
  const by_passkey = useMutation({ mutationFn: async () => (await import('@/passkey/ceremony')).confirm(), onSuccess: opened });
  const by_code = useMutation({
    mutationFn: () => call(api.POST('/api/v1/me/unlock', { body: typed })),
    onSuccess: opened,
    onError: () => {
      set_typed({ password: '', code: '' });
      void queries.invalidateQueries({ queryKey: me_query.queryKey });
    },
  });
  const leave = useMutation({
    mutationFn: async () => {
      await (await import('@/push/browser')).leave();
      await call(api.POST('/api/v1/sign-out'));
    },
    onSettled: () => {
      queries.clear();
      window.location.assign('/sign-in');
    },
  });
  return (
    <main className="sign-in">
      <header className="sign-in-brand">
        <LockKeyhole size={36} strokeWidth={1.5} aria-hidden />
        <div>
          <p className="sign-in-name">{session.officer.name}</p>
          <p className="soft">{about?.town.agency}</p>
        </div>
      </header>
      <section className="stack">
        <h1>The screen is locked</h1>
        {by_passkey.error ? <ProblemPanel error={by_passkey.error} /> : null}
        {session.has_passkey ? (
          <Button kind="primary" size="large" icon={<Fingerprint size={20} aria-hidden />} onPress={() => by_passkey.mutate()} isDisabled={by_passkey.isPending} autoFocus>
            {by_passkey.isPending ? 'Waiting for your passkey…' : 'Unlock with your passkey'}
          </Button>
        ) : null}
      </section>
      {session.fallback_set ? (
        <form
          className="stack"
          onSubmit={(e: FormEvent) => {
            e.preventDefault();
            by_code.mutate();
          }}
        >
          {by_code.error ? <ProblemPanel error={by_code.error} /> : null}
          <input type="hidden" name="username" autoComplete="username" value={session.officer.login} readOnly />
          <CodeFields value={typed} on_change={set_typed} />
          <Button size="large" type="submit" isDisabled={!typed.password || !typed.code || by_code.isPending}>
            {by_code.isPending ? 'Checking…' : 'Unlock'}
          </Button>
        </form>
      ) : null}
      {can_unlock(session) ? null : (
        <p>You have no passkey to unlock with. {session.means === 'provider' ? `Sign out, and sign in with ${about?.provider ?? 'your provider'} again.` : 'Sign out, and open a new one-time link from an administrator.'}</p>
      )}
      <div>
        <Button kind={can_unlock(session) ? 'quiet' : 'primary'} onPress={() => leave.mutate()}>
          Sign out
        </Button>
      </div>
    </main>
  );
}
