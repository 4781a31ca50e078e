import { Camera } from 'lucide-react';
import { EmptyState, PageHead } from '@/ui';

export default function Page() {
  return (
    <>
      <PageHead title="Cameras" />
      <EmptyState icon={Camera} title="Nothing here yet" />
    </>
  );
}
