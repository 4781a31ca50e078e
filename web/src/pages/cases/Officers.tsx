import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Checkbox, Field, ProblemPanel, Skeleton } from '@/ui';
import { officers_query } from './queries';

const ROLES: Record<string, string> = { officer: 'Officer', supervisor: 'Supervisor', administrator: 'Administrator', auditor: 'Auditor', dispatcher: 'Dispatcher' };

/** Who is on the case: a list to tick, with a filter when it is long. */
export function OfficerChoice({ chosen, on_change }: { chosen: readonly string[]; on_change: (ids: string[]) => void }) {
  const officers = useQuery(officers_query);
  const [filter, set_filter] = useState('');
  if (officers.isPending) return <Skeleton rows={3} height={24} />;
  if (officers.error) return <ProblemPanel error={officers.error} retry={() => void officers.refetch()} />;
  const wanted = filter.trim().toLowerCase();
  const shown = officers.data.filter((o) => chosen.includes(o.id) || o.name.toLowerCase().includes(wanted));
  return (
    <fieldset className="officers">
      <legend className="chips-label">Officers on the case</legend>
      {officers.data.length > 10 ? <Field label="Find an officer" hide_label type="search" placeholder="Name" value={filter} onChange={set_filter} /> : null}
      <div className="officers-list">
        {shown.map((o) => (
          <Checkbox key={o.id} isSelected={chosen.includes(o.id)} onChange={(on) => on_change(on ? [...chosen, o.id] : chosen.filter((id) => id !== o.id))}>
            {o.name} <span className="faint small">{ROLES[o.role]}</span>
          </Checkbox>
        ))}
      </div>
      <p className="small soft">Only they can search and see plates under this case.</p>
    </fieldset>
  );
}
