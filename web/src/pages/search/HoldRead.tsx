import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LockKeyhole } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, call, new_idempotency_key } from '@/api/client';
import { useMay } from '@/app/session';
import { Button, Field, LedgerMark, ProblemPanel, Time } from '@/ui';
import { holds_query } from '../cases/queries';

/** Keeps a read for the case beyond its day, or says that the case keeps it already. */
export function HoldRead({ read_id, case_id, case_number }: { read_id: string; case_id: string; case_number: string }) {
  const may = useMay();
  const queries = useQueryClient();
  const holds = useQuery({ ...holds_query(case_id), enabled: may('manage-case') });
  const held = holds.data?.items.find((h) => h.read_id === read_id && !h.ended_at);
  const [asking, set_asking] = useState(false);
  const [reason, set_reason] = useState('');
  const [key, set_key] = useState(new_idempotency_key);
  const place = useMutation({
    mutationFn: () => call(api.POST('/api/v1/cases/{id}/holds', { params: { path: { id: case_id }, header: { 'Idempotency-Key': key } }, body: { read_id, reason: reason.trim() } })),
    onSuccess: () => {
      set_asking(false);
      void queries.invalidateQueries({ queryKey: holds_query(case_id).queryKey });
    },
    onError: () => set_key(new_idempotency_key()),
  });
  if (!may('manage-case')) return null;
  if (held)
    return (
      <p className="small row-wrap">
        <LockKeyhole size={14} aria-hidden />
        <span>
          <Link to={`/cases/${case_id}`}>Case {case_number}</Link> keeps this read until <Time at={held.until} style="date" />.
        </span>
        <LedgerMark index={held.ledger_index} />
      </p>
    );
  if (!asking)
    return (
      <div>
        <Button size="small" icon={<LockKeyhole size={14} aria-hidden />} isDisabled={!holds.data} onPress={() => set_asking(true)}>
          Put on hold for {case_number}
        </Button>
        {holds.error ? <ProblemPanel error={holds.error} retry={() => void holds.refetch()} /> : null}
      </div>
    );
  return (
    <form
      className="stack correction-form"
      onSubmit={(e) => {
        e.preventDefault();
        if (reason.trim()) place.mutate();
      }}
    >
      <p className="small soft">
        The read and its picture are kept when their day is deleted, for this case only
        {holds.data ? (
          <>
            , until <Time at={holds.data.longest_until} style="date" /> at the latest
          </>
        ) : null}
        .
      </p>
      <Field label="What is it evidence of?" value={reason} onChange={set_reason} maxLength={300} autoFocus />
      {place.error ? <ProblemPanel error={place.error} /> : null}
      <div className="row">
        <Button kind="primary" size="small" type="submit" isDisabled={!reason.trim() || place.isPending}>
          Put on hold
        </Button>
        <Button kind="quiet" size="small" onPress={() => set_asking(false)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
