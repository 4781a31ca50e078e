import { BookOpenText } from 'lucide-react';
import { EmptyState, PageHead } from '@/ui';

export default function Page() {
  return (
    <>
      <PageHead title="Ledger" />
      <EmptyState icon={BookOpenText} title="Nothing here yet" />
    </>
  );
}
