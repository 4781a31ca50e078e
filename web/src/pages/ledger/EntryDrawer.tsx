import { useQuery } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { count_text, ProblemPanel, Skeleton, Time } from '@/ui';
import { Dialog } from '@/ui/Dialog';

export default function EntryDrawer({ index, on_close }: { index: number; on_close: () => void }) {
  const entry = useQuery({
    queryKey: ['ledger', 'entry', index],
    queryFn: ({ signal }) => call(api.GET('/api/v1/ledger/entries/{index}', { params: { path: { index } }, signal })),
  });
  return (
    <Dialog open on_close={on_close} kind="drawer" title={`Ledger entry ${count_text(index)}`}>
      {entry.error ? <ProblemPanel error={entry.error} retry={() => void entry.refetch()} /> : null}
      {entry.isPending ? <Skeleton rows={6} /> : null}
      {entry.data ? (
        <p>
          {entry.data.kind} <Time at={entry.data.time} style="full" />
        </p>
      ) : null}
    </Dialog>
  );
}
