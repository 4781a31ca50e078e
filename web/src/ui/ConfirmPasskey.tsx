import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import { as_problem } from '@/api/problem';
import { me_query } from '@/api/queries';
import { Button } from './Button';

/** What weighs more needs a passkey that was touched a short while ago. Afterwards the same thing is done again. */
export function ConfirmPasskey({ then }: { then?: () => void }) {
  const queries = useQueryClient();
  const confirm = useMutation({
    mutationFn: async () => (await import('@/passkey/ceremony')).confirm(),
    onSuccess: (session) => {
      queries.setQueryData(me_query.queryKey, session);
      then?.();
    },
  });
  if (confirm.isSuccess && !then) return <p role="status">Confirmed. Do it again now.</p>;
  return (
    <>
      {confirm.error ? <p role="alert">{`${as_problem(confirm.error).title}. ${as_problem(confirm.error).next ?? ''}`}</p> : null}
      <div>
        <Button kind="primary" icon={<Fingerprint size={16} aria-hidden />} onPress={() => confirm.mutate()} isDisabled={confirm.isPending}>
          {confirm.isPending ? 'Waiting for your passkey…' : 'Confirm with your passkey'}
        </Button>
      </div>
    </>
  );
}
