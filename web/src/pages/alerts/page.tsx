import { Siren } from 'lucide-react';
import { EmptyState, PageHead } from '@/ui';

export default function Page() {
  return (
    <>
      <PageHead title="Alerts" />
      <EmptyState icon={Siren} title="Nothing here yet" />
    </>
  );
}
