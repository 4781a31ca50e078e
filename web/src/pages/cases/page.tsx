import { FolderOpen } from 'lucide-react';
import { EmptyState, PageHead } from '@/ui';

export default function Page() {
  return (
    <>
      <PageHead title="Cases" />
      <EmptyState icon={FolderOpen} title="Nothing here yet" />
    </>
  );
}
