import { Users } from 'lucide-react';
import { EmptyState, PageHead } from '@/ui';

export default function Page() {
  return (
    <>
      <PageHead title="Accounts" />
      <EmptyState icon={Users} title="Nothing here yet" />
    </>
  );
}
