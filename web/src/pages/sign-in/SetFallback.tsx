import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { api, call } from '@/api/client';
import { Button } from '@/ui/Button';
import { ProblemPanel, Skeleton } from '@/ui/panels';
import { CodeFields, type CodeTyped } from './CodeFields';

export const min_password_chars = 12;

/** Password and code, for whom an administrator turned them on. The secret is shown once. */
export function SetFallback({ on_done }: { on_done: () => void }) {
  const [typed, set_typed] = useState<CodeTyped>({ password: '', code: '' });
  const begin = useMutation({ mutationFn: () => call(api.POST('/api/v1/me/fallback')) });
  const { mutate } = begin;
  useEffect(() => mutate(), [mutate]);
  const set = useMutation({ mutationFn: () => call(api.PUT('/api/v1/me/fallback', { body: typed })), onSuccess: on_done });
  if (begin.error) return <ProblemPanel error={begin.error} />;
  if (!begin.data) return <Skeleton rows={3} label="Making a secret" />;
  return (
    <form
      className="stack"
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        set.mutate();
      }}
    >
      <p>Type this secret into an authenticator app. It is shown only now.</p>
      <p className="one-time-link">
        <code>{begin.data.secret.match(/.{1,4}/g)?.join(' ')}</code>
      </p>
      <p className="small">
        <a href={begin.data.uri}>Open it in an app on this device</a>
      </p>
      {set.error ? <ProblemPanel error={set.error} /> : null}
      <p className="small soft">The password needs at least {min_password_chars} characters. A sentence is good.</p>
      <CodeFields value={typed} on_change={set_typed} />
      <div>
        <Button kind="primary" type="submit" isDisabled={set.isPending || typed.password.length < min_password_chars || typed.code.length !== 6}>
          Set password and code
        </Button>
      </div>
    </form>
  );
}
