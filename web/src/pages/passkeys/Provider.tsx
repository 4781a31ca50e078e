import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { ProviderButton } from '@/pages/sign-in/ProviderButton';
import { ProblemPanel, RemoveButton, Time } from '@/ui';

const identity_query = { queryKey: ['identity'], queryFn: async ({ signal }: { signal: AbortSignal }) => call(api.GET('/api/v1/me/identity', { signal })) };

/** The link to oneself at the agency's identity provider, where one is configured. */
export function Provider() {
  const queries = useQueryClient();
  const identity = useQuery(identity_query);
  const unlink = useMutation({
    mutationFn: () => call(api.DELETE('/api/v1/me/identity')),
    onSuccess: () => queries.invalidateQueries({ queryKey: identity_query.queryKey }),
  });
  if (identity.error) return <ProblemPanel error={identity.error} retry={() => void identity.refetch()} />;
  if (!identity.data?.available) return null;
  return (
    <section className="stack-tight">
      <h2>{identity.data.name}</h2>
      {identity.data.linked_at ? (
        <p className="soft">
          You can sign in with it; linked <Time at={identity.data.linked_at} />.
        </p>
      ) : (
        <p className="soft">Link it, and you can sign in with it as well. Exports, lists and accounts still ask for a passkey.</p>
      )}
      {unlink.error ? <ProblemPanel error={unlink.error} retry={() => unlink.mutate()} /> : null}
      <div className="row-wrap">
        <ProviderButton why="link" />
        {identity.data.linked_at ? <RemoveButton says="Remove the link" pending={unlink.isPending} on_remove={() => unlink.mutate()} /> : null}
      </div>
    </section>
  );
}
