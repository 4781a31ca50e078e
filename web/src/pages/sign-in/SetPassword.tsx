import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { me_query } from '@/api/queries';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Field } from '@/ui/fields';
import { ProblemPanel } from '@/ui/panels';

export const min_password_chars = 12;

interface PasswordFormProps {
  session: Schemas['Session'];
  button: string;
  on_done: () => void;
}

export function PasswordForm({ session, button, on_done }: PasswordFormProps) {
  const [current, set_current] = useState('');
  const [fresh, set_fresh] = useState('');
  const change = useMutation({
    mutationFn: () => call(api.PUT('/api/v1/me/password', { body: { new: fresh, ...(session.has_password ? { current } : {}) } })),
    onSuccess: on_done,
  });
  const wrong = change.error instanceof ApiProblem ? change.error.fields : {};
  return (
    <form
      className="stack"
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        change.mutate();
      }}
    >
      {change.error ? <ProblemPanel error={change.error} /> : null}
      <input type="hidden" name="username" autoComplete="username" value={session.officer.login} readOnly />
      {session.has_password ? (
        <Field label="Present password" type="password" autoComplete="current-password" value={current} onChange={set_current} error={wrong.current} isRequired />
      ) : null}
      <Field
        label="New password"
        hint={`At least ${min_password_chars} characters. A sentence is good.`}
        type="password"
        autoComplete="new-password"
        value={fresh}
        onChange={set_fresh}
        error={wrong.new}
        isRequired
      />
      <div>
        <Button kind="primary" type="submit" isDisabled={change.isPending || fresh.length < min_password_chars || (session.has_password && !current)}>
          {button}
        </Button>
      </div>
    </form>
  );
}

export default function SetPassword({ session, on_close }: { session: Schemas['Session']; on_close: () => void }) {
  const queries = useQueryClient();
  return (
    <Dialog open on_close={on_close} title={session.has_password ? 'Change password' : 'Set a password'}>
      <PasswordForm
        session={session}
        button={session.has_password ? 'Change password' : 'Set password'}
        on_done={() => {
          void queries.invalidateQueries({ queryKey: me_query.queryKey });
          on_close();
        }}
      />
    </Dialog>
  );
}
