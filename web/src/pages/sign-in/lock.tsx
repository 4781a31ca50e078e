import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LockKeyhole } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { about_query, me_query } from '@/api/queries';
import { Button } from '@/ui/Button';
import { Field } from '@/ui/fields';
import { ProblemPanel } from '@/ui/panels';
import './sign-in.css';

/** Nothing that was on the screen stands behind this: the page itself is gone until the password comes. */
export default function Lock({ session }: { session: Schemas['Session'] }) {
  const queries = useQueryClient();
  const about = useQuery(about_query).data;
  const [password, set_password] = useState('');
  const unlock = useMutation({
    mutationFn: () => call(api.POST('/api/v1/me/unlock', { body: { password } })),
    onSuccess: (now) => queries.setQueryData(me_query.queryKey, now),
    onError: () => {
      set_password('');
      void queries.invalidateQueries({ queryKey: me_query.queryKey });
    },
  });
  const leave = useMutation({
    mutationFn: () => call(api.POST('/api/v1/sign-out')),
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
      <form
        className="stack"
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          unlock.mutate();
        }}
      >
        <h1>The screen is locked</h1>
        {unlock.error ? <ProblemPanel error={unlock.error} /> : null}
        {session.has_password ? (
          <>
            <input type="hidden" name="username" autoComplete="username" value={session.officer.login} readOnly />
            <Field label="Password" type="password" autoComplete="current-password" value={password} onChange={set_password} isRequired autoFocus />
            <Button kind="primary" size="large" type="submit" isDisabled={!password || unlock.isPending}>
              {unlock.isPending ? 'Checking…' : 'Unlock'}
            </Button>
          </>
        ) : (
          <p>You have no password to unlock with. Sign out, and open a new one-time link from an administrator.</p>
        )}
      </form>
      <div>
        <Button kind={session.has_password ? 'quiet' : 'primary'} onPress={() => leave.mutate()}>
          Sign out
        </Button>
      </div>
    </main>
  );
}
