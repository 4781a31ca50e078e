import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { draft_of, Wishes, wishes_of } from '@/pages/delivery/Wishes';
import type { Browser } from '@/push/browser';
import { Dialog, Field, FormEnd } from '@/ui';
import { browsers_query } from './queries';

/** When a browser of one's own is told, and of what. */
export function BrowserForm({ browser, on_close }: { browser: Browser; on_close: () => void }) {
  const queries = useQueryClient();
  const [name, set_name] = useState(browser.name);
  const [draft, set_draft] = useState(() => draft_of(browser));
  const [key, set_key] = useState(new_idempotency_key);
  const wishes = wishes_of(draft);
  const good = name.trim() !== '' && wishes !== undefined;
  const save = useMutation({
    mutationFn: (body: Schemas['BrowserChange']) => call(api.PUT('/api/v1/me/push/{id}', { params: { path: { id: browser.id }, header: { 'Idempotency-Key': key } }, body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: browsers_query.queryKey, exact: true });
      on_close();
    },
    onError: () => set_key(new_idempotency_key()),
  });
  const said = save.error instanceof ApiProblem ? save.error.fields : {};
  return (
    <Dialog open on_close={on_close} title={`Change “${browser.name}”`} kind="wide">
      <form
        className="stack"
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          if (good) save.mutate({ name: name.trim(), ...wishes });
        }}
      >
        <Field label="Name" hint="So that you know it again among others." value={name} onChange={set_name} maxLength={80} error={said.name} autoFocus />
        <Wishes
          draft={draft}
          change={(part) => set_draft((old) => ({ ...old, ...part }))}
          said={said}
          note="Never a plate, a case or a vehicle’s looks. Whoever sees the screen sees the rest, also while it is locked."
        />
        <FormEnd error={save.error} disabled={!good || save.isPending} on_cancel={on_close}>
          Save: this is recorded
        </FormEnd>
      </form>
    </Dialog>
  );
}
