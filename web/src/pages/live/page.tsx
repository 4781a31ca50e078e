import { Car } from 'lucide-react';
import { EmptyState, PageHead } from '@/ui';

export default function Page() {
  return (
    <>
      <PageHead title="Live" />
      <EmptyState icon={Car} title="Nothing here yet" />
    </>
  );
}
