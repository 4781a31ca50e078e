import { SearchX } from 'lucide-react';
import { Link } from 'react-router';
import { EmptyState, PageHead } from '@/ui';

export default function NotFound() {
  return (
    <>
      <PageHead title="No such page" />
      <EmptyState icon={SearchX} title="This address leads nowhere">
        It may be from an older version. <Link to="/">Go to your first page</Link>.
      </EmptyState>
    </>
  );
}
