import { BookCheck } from 'lucide-react';
import { Button } from 'react-aria-components';
import { useOpenEntry } from '@/app/entry';
import { count_text } from './units';

/** "Recorded · 48,211": opens the ledger entry, and there its proof can be checked. */
export function LedgerMark({ index, word = 'Recorded' }: { index: number; word?: string }) {
  const open_entry = useOpenEntry();
  return (
    <Button className="ledger-mark" onPress={() => open_entry(index)}>
      <BookCheck size={13} aria-hidden />
      <span>
        {word} · <span className="figures">{count_text(index)}</span>
        <span className="visually-hidden">: open the ledger entry</span>
      </span>
    </Button>
  );
}
