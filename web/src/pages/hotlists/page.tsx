import { ListChecks } from 'lucide-react';
import { EmptyState, PageHead } from '@/ui';

export default function Page() {
  return (
    <>
      <PageHead title="Hotlists" />
      <EmptyState icon={ListChecks} title="Nothing here yet" />
    </>
  );
}
