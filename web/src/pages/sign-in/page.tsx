import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router';
import { api, call, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { about_query, me_query } from '@/api/queries';
import { Mark } from '@/app/Rail';
import { Button } from '@/ui/Button';
import { Field } from '@/ui/fields';
import { ProblemPanel, Skeleton } from '@/ui/panels';
import { CodeFields, type CodeTyped } from './CodeFields';
import { Enroll } from './Enroll';
import { ProviderButton } from './ProviderButton';
import './sign-in.css';

export default function SignIn() {
  const about = useQuery(about_query).data;
  const link = useSearchParams()[0].get('link');
  const [first, set_first] = useState(about?.needs_first_administrator ?? false);
  if (about?.needs_first_administrator && !first) set_first(true);
  return (
    <main className="sign-in">
      <header className="sign-in-brand">
        <Mark size={44} />
        <div>
          <p className="sign-in-name">Glasshouse</p>
          <p className="soft">{about?.town.agency}</p>
        </div>
      </header>
      {about?.demo ? (
        <p className="sign-in-demo">
          <strong>Demo:</strong> {about.town.name} is invented. No vehicle, plate or person here is real.
        </p>
      ) : null}
      {link === null ? <Ways /> : first ? <FirstAdministrator token={link} /> : <ByLink key={link} token={link} />}
      <p className="small soft sign-in-foot">
        Everything done here stands in a ledger that nobody can edit. <Link to="/check">Check us</Link>
      </p>
    </main>
  );
}

/** Puts the session in place; the page then follows from it. */
function useEnter() {
  const queries = useQueryClient();
  const go = useNavigate();
  const from = (useLocation().state as { from?: { pathname: string; search: string } } | null)?.from;
  return (session: Schemas['Session']) => {
    queries.removeQueries({ predicate: (q) => q.queryKey[0] !== 'about' && q.queryKey[0] !== 'me' });
    queries.setQueryData(me_query.queryKey, session);
    void queries.invalidateQueries({ queryKey: about_query.queryKey });
    void go(from && from.pathname !== '/' ? from.pathname + from.search : '/', { replace: true });
  };
}

function Ways() {
  const enter = useEnter();
  const [by_code, set_by_code] = useState(false);
  const first = useQuery(about_query).data?.needs_first_administrator;
  const sign_in = useMutation({ mutationFn: async () => (await import('@/passkey/ceremony')).sign_in(), onSuccess: enter });
  if (first) {
    return (
      <section className="stack">
        <h1>Nobody is in this house yet</h1>
        <p>
          At its first start the server printed a one-time link for the first administrator. Open that link in this browser; it makes the first
          account.
        </p>
        <p className="soft">The link is gone? Stop the server and start it again: as long as there is no administrator, it prints a new one.</p>
      </section>
    );
  }
  return (
    <section className="stack">
      <h1>Sign in</h1>
      {sign_in.error ? <ProblemPanel error={sign_in.error} /> : null}
      <Button kind="primary" size="large" icon={<Fingerprint size={20} aria-hidden />} onPress={() => sign_in.mutate()} isDisabled={sign_in.isPending} autoFocus>
        {sign_in.isPending ? 'Waiting for your passkey…' : 'Sign in with a passkey'}
      </Button>
      <ProviderButton why="sign-in" large />
      {by_code ? (
        <ByCode />
      ) : (
        <>
          <p className="small soft">No passkey yet, or lost? An administrator can give you a one-time link; it opens the way to a new one.</p>
          <div>
            <Button kind="quiet" onPress={() => set_by_code(true)}>
              I have a password and a code
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

/** The fallback, for whom an administrator turned it on. */
function ByCode() {
  const [login, set_login] = useState('');
  const [typed, set_typed] = useState<CodeTyped>({ password: '', code: '' });
  const enter = useEnter();
  const sign_in = useMutation({
    mutationFn: () => call(api.POST('/api/v1/sign-in', { body: { login: login.trim(), ...typed } })),
    onSuccess: enter,
    onError: () => set_typed({ password: '', code: '' }),
  });
  return (
    <form
      className="stack"
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        sign_in.mutate();
      }}
    >
      {sign_in.error ? <ProblemPanel error={sign_in.error} /> : null}
      <Field label="Login" name="login" autoComplete="username" value={login} onChange={set_login} isRequired autoFocus />
      <CodeFields value={typed} on_change={set_typed} />
      <Button size="large" type="submit" isDisabled={sign_in.isPending || !login.trim() || !typed.password || !typed.code}>
        {sign_in.isPending ? 'Checking…' : 'Sign in'}
      </Button>
    </form>
  );
}

/** A link works once: a second run of the same effect must not use it up. */
const sent_tokens = new Set<string>();

function ByLink({ token }: { token: string }) {
  const enter = useEnter();
  const me = useQuery(me_query).data;
  const [session, set_session] = useState<Schemas['Session']>();
  const { mutate, error } = useMutation({
    mutationFn: () => call(api.POST('/api/v1/sign-in/link', { body: { token } })),
    onSuccess: set_session,
  });
  useEffect(() => {
    if (sent_tokens.has(token)) return;
    sent_tokens.add(token);
    mutate();
  }, [token, mutate]);

  if (error) {
    return (
      <section className="stack">
        <h1>This link does not sign you in</h1>
        <ProblemPanel error={error} />
        <p className="row-wrap">
          <Link to="/sign-in">Sign in with a passkey</Link>
          {me ? <Link to="/">Go on as {me.officer.name}</Link> : null}
        </p>
      </section>
    );
  }
  if (!session) return <Skeleton rows={3} label="Signing in" />;
  return <Enroll session={session} on_done={enter} />;
}

function FirstAdministrator({ token }: { token: string }) {
  const enter = useEnter();
  const [name, set_name] = useState('');
  const [login, set_login] = useState('');
  const [session, set_session] = useState<Schemas['Session']>();
  const make = useMutation({
    mutationFn: () => call(api.POST('/api/v1/sign-in/link', { body: { token, name: name.trim(), login: login.trim() } })),
    onSuccess: set_session,
  });
  const wrong = make.error instanceof ApiProblem ? make.error.fields : {};
  if (session) return <Enroll session={session} on_done={enter} />;
  return (
    <form
      className="stack"
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        make.mutate();
      }}
    >
      <h1>The first administrator</h1>
      <p className="soft">
        You make the other accounts afterwards. An administrator keeps the house running: accounts, cameras, settings.
      </p>
      {make.error ? <ProblemPanel error={make.error} /> : null}
      <Field label="Your name" name="name" autoComplete="name" value={name} onChange={set_name} error={wrong.name} isRequired autoFocus />
      <Field label="Login" name="login" autoComplete="username" value={login} onChange={set_login} error={wrong.login} isRequired />
      <Button kind="primary" size="large" type="submit" isDisabled={make.isPending || !name.trim() || !login.trim()}>
        {make.isPending ? 'Making the account…' : 'Make this account and go on'}
      </Button>
    </form>
  );
}
