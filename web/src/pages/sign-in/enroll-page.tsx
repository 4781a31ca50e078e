import { useQueryClient } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { me_query } from '@/api/queries';
import { Enroll } from './Enroll';
import './sign-in.css';

/** Whoever came by a link and loaded the page again before there was a passkey. */
export default function EnrollPage({ session }: { session: Schemas['Session'] }) {
  const queries = useQueryClient();
  return (
    <main className="sign-in">
      <Enroll session={session} on_done={(now) => queries.setQueryData(me_query.queryKey, now)} />
    </main>
  );
}
