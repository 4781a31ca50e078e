import { useMutation } from '@tanstack/react-query';
import { Check, Copy } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { role_name } from '@/app/Rail';
import { Button, Checkbox, Field, type Option, ProblemPanel, Radios, Time } from '@/ui';
import { Dialog } from '@/ui/Dialog';

type Account = Schemas['Account'];
type Role = Schemas['Role'];

const notes: Record<Role, string> = {
  officer: 'works on cases, searches, decides alerts',
  dispatcher: 'watches Live and decides alerts',
  supervisor: 'an officer who also keeps hotlists and cases',
  administrator: 'accounts, cameras, settings; plates only on a case, like an officer',
  auditor: 'reads the whole ledger; sees no plates',
};
const roles: Option[] = (Object.keys(notes) as Role[]).map((value) => ({ value, label: role_name(value), note: notes[value] }));

export function NewAccount({ on_close, on_made }: { on_close: () => void; on_made: (made: Schemas['NewAccountIssued']) => void }) {
  const [name, set_name] = useState('');
  const [login, set_login] = useState('');
  const [role, set_role] = useState<Role>('officer');
  const key = useRef(new_idempotency_key());
  const make = useMutation({
    mutationFn: () =>
      call(api.POST('/api/v1/accounts', { params: { header: { 'Idempotency-Key': key.current } }, body: { name: name.trim(), login: login.trim(), role } })),
    onSuccess: on_made,
    onError: () => (key.current = new_idempotency_key()),
  });
  const wrong = make.error instanceof ApiProblem ? make.error.fields : {};
  return (
    <Dialog open on_close={on_close} title="New account">
      <form
        className="stack"
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          make.mutate();
        }}
      >
        {make.error ? <ProblemPanel error={make.error} /> : null}
        <Field label="Name" value={name} onChange={set_name} error={wrong.name} isRequired autoFocus maxLength={80} autoComplete="off" />
        <Field label="Login" value={login} onChange={set_login} error={wrong.login} isRequired maxLength={80} autoComplete="off" />
        <Radios label="Role" options={roles} value={role} on_change={(v) => set_role(v as Role)} error={wrong.role} />
        <div>
          <Button kind="primary" type="submit" isDisabled={!name.trim() || !login.trim() || make.isPending}>
            Make the account
          </Button>
        </div>
        <p className="small soft">You then get a link that signs this person in once, to hand over yourself.</p>
      </form>
    </Dialog>
  );
}

interface ChangeProps {
  account: Account;
  own: boolean;
  on_close: () => void;
  on_changed: () => void;
}

export function ChangeAccount({ account, own, on_close, on_changed }: ChangeProps) {
  const [name, set_name] = useState(account.name);
  const [role, set_role] = useState<Role>(account.role);
  const [active, set_active] = useState(account.active);
  const [fallback, set_fallback] = useState(account.fallback);
  const [trained_until, set_trained_until] = useState(account.trained_until ?? '');
  const change = useMutation({
    mutationFn: () => call(api.PATCH('/api/v1/accounts/{id}', { params: { path: { id: account.id } }, body: { name: name.trim(), role, active, fallback, trained_until } })),
    onSuccess: on_changed,
  });
  return (
    <Dialog open on_close={on_close} title={`Change ${account.name}`}>
      <form
        className="stack"
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          change.mutate();
        }}
      >
        {change.error ? <ProblemPanel error={change.error} /> : null}
        <Field label="Name" value={name} onChange={set_name} isRequired autoFocus maxLength={80} autoComplete="off" />
        <Radios label="Role" options={roles} value={role} on_change={(v) => set_role(v as Role)} />
        <Checkbox isSelected={active} onChange={set_active} isDisabled={own}>
          May sign in
          <span className="small soft accounts-login">{own ? 'You cannot switch yourself off.' : 'Switching off ends this person’s sessions; what they did stays recorded.'}</span>
        </Checkbox>
        <Checkbox isSelected={fallback} onChange={set_fallback}>
          May come in by password and code
          <span className="small soft accounts-login">Only for who cannot use a passkey yet: it can be talked out of a person. Turning it on is recorded.</span>
        </Checkbox>
        <Field
          label="Training certificate holds until"
          hint="The last day. Afterwards reads, pictures and alerts are refused. Empty: no certificate is kept."
          type="date"
          value={trained_until}
          onChange={set_trained_until}
        />
        <div>
          <Button kind="primary" type="submit" isDisabled={!name.trim() || change.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Shown once: the server keeps only what it needs to recognise it. */
export function LinkDialog({ name, issued, on_close }: { name: string; issued: Schemas['SignInLinkIssued']; on_close: () => void }) {
  const [copied, set_copied] = useState(false);
  const link = new URL(issued.link, window.location.origin).href;
  return (
    <Dialog open on_close={on_close} title={`One-time link for ${name}`}>
      <div className="stack">
        <p>
          It signs {name} in once, until <Time at={issued.expires_at} style="full" />. It is shown only now: hand it over yourself.
        </p>
        <p className="one-time-link">
          <code>{link}</code>
        </p>
        <div className="row">
          <Button
            kind="primary"
            icon={copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
            onPress={() =>
              void navigator.clipboard?.writeText(link).then(
                () => set_copied(true),
                () => set_copied(false),
              )
            }
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
          <Button onPress={on_close}>Done</Button>
        </div>
      </div>
    </Dialog>
  );
}
