import { Search } from 'lucide-react';
import { EmptyState, PageHead } from '@/ui';

export default function Page() {
  return (
    <>
      <PageHead title="Search" />
      <EmptyState icon={Search} title="Nothing here yet" />
    </>
  );
}
