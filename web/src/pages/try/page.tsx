import { ImageUp } from 'lucide-react';
import { EmptyState, PageHead } from '@/ui';

export default function Page() {
  return (
    <>
      <PageHead title="Try a picture" />
      <EmptyState icon={ImageUp} title="Nothing here yet" />
    </>
  );
}
