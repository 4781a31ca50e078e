import { useQuery } from '@tanstack/react-query';
import { Siren } from 'lucide-react';
import { Link } from 'react-router';
import { exigent_query } from './queries';
import './emergencies.css';

/** Above every page of whoever may judge: somebody worked without a case, and nobody has said whether that was right. */
export default function ExigentBanner() {
  const uses = useQuery(exigent_query).data ?? [];
  const mine_to_judge = uses.filter((u) => (u.state === 'waiting' || u.state === 'in-review') && !u.opened_by_me);
  if (mine_to_judge.length === 0) return null;
  const late = mine_to_judge.filter((u) => u.state === 'in-review').length;
  return (
    <aside className="exigent-banner" role="status" aria-label="Emergencies">
      <Siren size={16} aria-hidden />
      <p>
        <strong>{mine_to_judge.length === 1 ? 'Somebody worked in an emergency without a case.' : `${mine_to_judge.length} times somebody worked in an emergency without a case.`}</strong>
        {late ? ` Nobody judged ${late === 1 ? 'one' : late} of them within a day.` : ''} <Link to="/emergencies">Judge it</Link>
      </p>
    </aside>
  );
}
