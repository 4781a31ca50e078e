import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Schemas, session_listeners } from '@/api/client';
import { about_query, me_query } from '@/api/queries';

export type Session = Schemas['Session'];

/** The signed-in person. Only below <Layout>, where somebody is signed in. */
export function useSession(): Session {
  const { data } = useQuery(me_query);
  if (!data) throw new Error('useSession outside of a session');
  return data;
}

/** Whether the role permits an action at all ("search-reads"); the server decides each one again. */
export function useMay() {
  const { data } = useQuery(me_query);
  return (action: string) => data?.may.includes(action) ?? false;
}

export function useWorkingCase() {
  const { data } = useQuery(me_query);
  return data?.working_case;
}

export function useAbout() {
  return useQuery(about_query).data;
}

/** Without a passkey, or password and code, a locked screen could only be left. */
export const can_unlock = (session: Session) => session.has_passkey || session.fallback_set;

/** Asks again who is signed in whenever a call says that nobody is, or that the screen is locked. */
export function useSessionWatch() {
  const queries = useQueryClient();
  useEffect(() => {
    const ask = () => void queries.invalidateQueries({ queryKey: me_query.queryKey });
    session_listeners.add(ask);
    return () => void session_listeners.delete(ask);
  }, [queries]);
}
