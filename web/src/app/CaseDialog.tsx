import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FolderPlus, Siren } from 'lucide-react';
import { useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import { useNavigate } from 'react-router';
import { api, call } from '@/api/client';
import { me_query, my_cases_query, purposes_query } from '@/api/queries';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Field } from '@/ui/fields';
import { ProblemPanel, Skeleton } from '@/ui/panels';
import { Time } from '@/ui/units';
import { useMay } from './session';

/** "Work on a case": one choice gives the recorded live permit. */
export default function CaseDialog({ on_close }: { on_close: () => void }) {
  const queries = useQueryClient();
  const go = useNavigate();
  const may = useMay();
  const [filter, set_filter] = useState('');
  const cases = useQuery(my_cases_query);
  const purposes = useQuery(purposes_query);
  const work = useMutation({
    mutationFn: (case_id: string) => call(api.PUT('/api/v1/me/case', { body: { case_id } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: me_query.queryKey });
      void queries.invalidateQueries({ queryKey: ['live'] });
      on_close();
    },
  });
  const wanted = filter.trim().toLowerCase();
  const found = (cases.data ?? []).filter((c) => !wanted || `${c.number} ${c.title}`.toLowerCase().includes(wanted));
  const label_of = (code: string) => purposes.data?.purposes.find((p) => p.code === code)?.label ?? code;

  return (
    <Dialog open on_close={on_close} title="Work on a case">
      <div className="stack">
        <p className="soft">
          Plates and pictures open for at most 60 minutes. That you worked on this case is written into the ledger before anything is shown.
        </p>
        <Field label="Find a case of yours" hide_label placeholder="Number or title" value={filter} onChange={set_filter} autoFocus type="search" />
        {work.error ? <ProblemPanel error={work.error} /> : null}
        {cases.isPending ? <Skeleton rows={4} height={56} /> : null}
        {cases.error ? <ProblemPanel error={cases.error} retry={() => void cases.refetch()} /> : null}
        {cases.data ? (
          <ListBox
            aria-label="Your open cases"
            className="case-list"
            selectionMode="none"
            onAction={(key) => work.mutate(String(key))}
            renderEmptyState={() => (
              <p className="soft case-list-empty">{wanted ? 'None of your open cases has this number or title.' : 'You are on no open case.'}</p>
            )}
          >
            {found.map((c) => (
              <ListBoxItem key={c.id} id={c.id} textValue={`${c.number} ${c.title}`} className="case-choice" isDisabled={work.isPending}>
                <span className="case-choice-number figures">{c.number}</span>
                <span className="grow">
                  <span className="strong">{c.title}</span>
                  <span className="small soft case-choice-line">
                    {label_of(c.purpose)} · opened <Time at={c.opened_at} />
                  </span>
                </span>
              </ListBoxItem>
            ))}
          </ListBox>
        ) : null}
        {may('manage-case') ? (
          <div className="row-wrap">
            <Button
              kind="quiet"
              icon={<FolderPlus size={16} aria-hidden />}
              onPress={() => {
                on_close();
                void go('/cases/new');
              }}
            >
              Open a new case
            </Button>
            <Button
              kind="quiet"
              icon={<Siren size={16} aria-hidden />}
              onPress={() => {
                on_close();
                void go('/emergencies?new=1');
              }}
            >
              An emergency, without a case
            </Button>
          </div>
        ) : null}
      </div>
    </Dialog>
  );
}
