import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { KeyRound, LockOpen, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { role_name } from '@/app/Rail';
import { useSession } from '@/app/session';
import { Button, EmptyState, PageHead, ProblemPanel, Skeleton, Tag, Time } from '@/ui';
import { ChangeAccount, LinkDialog, NewAccount } from './dialogs';
import './accounts.css';

type Account = Schemas['Account'];
type Shown = { kind: 'new' } | { kind: 'change'; account: Account } | { kind: 'link'; name: string; issued: Schemas['SignInLinkIssued'] };

export default function Accounts() {
  const queries = useQueryClient();
  const me = useSession().officer.id;
  const [shown, set_shown] = useState<Shown>();
  const query = useInfiniteQuery({
    queryKey: ['accounts'],
    queryFn: ({ pageParam, signal }) => call(api.GET('/api/v1/accounts', { params: { query: { cursor: pageParam, limit: 200 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor,
  });
  const changed = () => queries.invalidateQueries({ queryKey: ['accounts'] });
  const issue = useMutation({
    mutationFn: (account: Account) => call(api.POST('/api/v1/accounts/{id}/sign-in-link', { params: { path: { id: account.id } } })),
    onSuccess: (issued, account) => set_shown({ kind: 'link', name: account.name, issued }),
  });
  const unlock = useMutation({
    mutationFn: (account: Account) => call(api.PATCH('/api/v1/accounts/{id}', { params: { path: { id: account.id } }, body: { unlock: true } })),
    onSuccess: changed,
  });
  const accounts = query.data?.pages.flatMap((page) => page.items) ?? [];
  const error = issue.error ?? unlock.error;

  return (
    <>
      <PageHead
        title="Accounts"
        actions={
          <Button kind="primary" icon={<UserPlus size={16} aria-hidden />} onPress={() => set_shown({ kind: 'new' })}>
            New account
          </Button>
        }
      >
        Who may come in, and as what. Every change is recorded.
      </PageHead>
      {error ? <ProblemPanel error={error} /> : null}
      {query.error ? <ProblemPanel error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={6} label="Loading the accounts" /> : null}
      {query.data && accounts.length === 0 ? <EmptyState icon={Users} title="No accounts" /> : null}
      {accounts.length ? (
        <div className="accounts-scroll" tabIndex={0} role="region" aria-label="Accounts">
          <table className="table accounts-table">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">State</th>
                <th scope="col" className="not-phone">
                  Last signed in
                </th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {accounts.map((account) => (
                <tr key={account.id}>
                  <td>
                    <span className="strong">{account.name}</span>
                    {account.id === me ? <span className="faint"> (you)</span> : null}
                    <span className="small soft accounts-login">{account.login}</span>
                  </td>
                  <td>{role_name(account.role)}</td>
                  <td>
                    {!account.active ? <Tag meaning="stale">Switched off</Tag> : account.locked ? <Tag meaning="needed">Locked out</Tag> : <Tag meaning="resolved">Active</Tag>}
                    {account.fallback ? <span className="small soft accounts-login">password and code allowed</span> : null}
                    {account.trained_until ? <span className="small soft accounts-login">trained until {account.trained_until}</span> : null}
                  </td>
                  <td className="not-phone">{account.last_sign_in_at ? <Time at={account.last_sign_in_at} /> : <span className="faint">never</span>}</td>
                  <td>
                    <span className="accounts-actions">
                      {account.locked ? (
                        <Button size="small" icon={<LockOpen size={14} aria-hidden />} onPress={() => unlock.mutate(account)} isDisabled={unlock.isPending} aria-label={`Release ${account.name}`}>
                          Release
                        </Button>
                      ) : null}
                      <Button
                        size="small"
                        kind="quiet"
                        icon={<KeyRound size={14} aria-hidden />}
                        onPress={() => issue.mutate(account)}
                        isDisabled={issue.isPending || !account.active}
                        aria-label={`One-time link for ${account.name}`}
                      >
                        One-time link
                      </Button>
                      <Button size="small" onPress={() => set_shown({ kind: 'change', account })} aria-label={`Change ${account.name}`}>
                        Change
                      </Button>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {query.hasNextPage ? (
            <Button onPress={() => void query.fetchNextPage()} isDisabled={query.isFetchingNextPage}>
              Show more
            </Button>
          ) : null}
        </div>
      ) : null}
      {shown?.kind === 'new' ? (
        <NewAccount
          on_close={() => set_shown(undefined)}
          on_made={({ account, sign_in }) => {
            void changed();
            set_shown({ kind: 'link', name: account.name, issued: sign_in });
          }}
        />
      ) : null}
      {shown?.kind === 'change' ? (
        <ChangeAccount
          account={shown.account}
          own={shown.account.id === me}
          on_close={() => set_shown(undefined)}
          on_changed={() => {
            void changed();
            set_shown(undefined);
          }}
        />
      ) : null}
      {shown?.kind === 'link' ? <LinkDialog name={shown.name} issued={shown.issued} on_close={() => set_shown(undefined)} /> : null}
    </>
  );
}
