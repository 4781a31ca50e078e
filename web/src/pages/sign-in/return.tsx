import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { about_query, me_query } from '@/api/queries';
import { ProblemPanel, Skeleton } from '@/ui/panels';
import { come_back } from './provider';
import './sign-in.css';

/** What the provider gave is good once: a second run of the same effect must not use it up. */
const sent_states = new Set<string>();

/** Where the identity provider sends the browser back to. */
export default function ProviderReturn() {
  const queries = useQueryClient();
  const go = useNavigate();
  const query = useSearchParams()[0];
  const state = query.get('state') ?? '';
  const refused = query.get('error');
  const { mutate, error } = useMutation({
    mutationFn: come_back,
    onSuccess: (session) => {
      queries.removeQueries({ predicate: (q) => q.queryKey[0] !== 'about' && q.queryKey[0] !== 'me' });
      queries.setQueryData(me_query.queryKey, session);
      void queries.invalidateQueries({ queryKey: about_query.queryKey });
      void go('/', { replace: true });
    },
  });
  useEffect(() => {
    if (refused || !state || sent_states.has(state)) return;
    sent_states.add(state);
    mutate(query);
  }, [query, state, refused, mutate]);
  return (
    <main className="sign-in">
      {error || refused || !state ? (
        <section className="stack">
          <h1>You are not signed in</h1>
          {error ? <ProblemPanel error={error} /> : <p role="alert">The identity provider did not sign you in.</p>}
          <p>
            <Link to="/sign-in">Back to the sign-in page</Link>
          </p>
        </section>
      ) : (
        <Skeleton rows={3} label="Signing in" />
      )}
    </main>
  );
}
