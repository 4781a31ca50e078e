import { useQuery } from '@tanstack/react-query';
import { FolderInput } from 'lucide-react';
import type { Schemas } from '@/api/client';
import { count_text, Dialog, EmptyState, LedgerMark, ProblemPanel, Skeleton, Tag, Time } from '@/ui';
import { outcomes } from './outcomes';
import { pulls_query } from './queries';

type Pull = Schemas['Pull'];

export const is_trouble = (pull: Pull): boolean => outcomes[pull.outcome].meaning === 'needed';

/** The newest file when it is a matter for a person; shown above the entries. */
export function PullTrouble({ list, on_show }: { list: Schemas['Hotlist']; on_show: () => void }) {
  const pulls = useQuery({ ...pulls_query(list.id), enabled: list.source.folder !== '' });
  const newest = pulls.data?.[0];
  if (!newest || !is_trouble(newest)) return null;
  return (
    <p className="list-age" role="alert">
      <Tag meaning="needed">{outcomes[newest.outcome].word}</Tag> The newest file, {newest.file_name}: {newest.sentence}{' '}
      <button type="button" className="link" onClick={on_show}>
        All files
      </button>
    </p>
  );
}

/** Every file that lay in the watched folder, and what became of it. */
export function Pulls({ list, on_close }: { list: Schemas['Hotlist']; on_close: () => void }) {
  const pulls = useQuery(pulls_query(list.id));
  return (
    <Dialog open on_close={on_close} title={`Files for “${list.name}”`} kind="wide">
      <div className="stack">
        <p className="small soft">
          Watched: <code>drop/{list.source.folder}</code> in the server’s data folder. A file is read once it has stood still for ten seconds, and deleted when it was applied.
        </p>
        {pulls.isPending ? <Skeleton rows={5} /> : null}
        {pulls.error ? <ProblemPanel error={pulls.error} retry={() => void pulls.refetch()} /> : null}
        {pulls.data?.length === 0 ? <EmptyState icon={FolderInput} title="No file has come yet" /> : null}
        <ul className="pulls">
          {pulls.data?.map((pull) => (
            <li key={pull.id} className="stack-tight">
              <span className="row-wrap">
                <Time at={pull.at} style="full" />
                <Tag meaning={outcomes[pull.outcome].meaning}>{outcomes[pull.outcome].word}</Tag>
                <span className="strong clip">{pull.file_name}</span>
                <span className="soft small figures">{count_text(pull.rows)} rows</span>
                {pull.ledger_index === undefined ? null : <LedgerMark index={pull.ledger_index} />}
              </span>
              <span className="small">{pull.sentence}</span>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
