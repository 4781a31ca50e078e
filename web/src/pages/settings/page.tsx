import { Settings } from 'lucide-react';
import { EmptyState, PageHead } from '@/ui';

export default function Page() {
  return (
    <>
      <PageHead title="Settings" />
      <EmptyState icon={Settings} title="Nothing here yet" />
    </>
  );
}
