import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { Dialog, Field, FormEnd, PlateChip, Radios } from '@/ui';

type List = Schemas['Hotlist'];

/** A new list, or the name and rules of one. */
export function ListForm({ list, on_close, on_saved }: { list?: List; on_close: () => void; on_saved: (list: List) => void }) {
  const queries = useQueryClient();
  const [name, set_name] = useState(list?.name ?? '');
  const [description, set_description] = useState(list?.description ?? '');
  const [zero_rule, set_zero_rule] = useState<Schemas['ZeroRule']>(list?.zero_rule ?? 'distinct');
  const [key] = useState(new_idempotency_key);
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), description: description.trim(), zero_rule };
      const header = { 'Idempotency-Key': key };
      return list
        ? call(api.PATCH('/api/v1/hotlists/{id}', { params: { path: { id: list.id }, header }, body }))
        : call(api.POST('/api/v1/hotlists', { params: { header }, body }));
    },
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: ['hotlists'], exact: true });
      on_saved(saved);
    },
  });
  const said = save.error instanceof ApiProblem ? save.error.fields : {};
  return (
    <Dialog open on_close={on_close} title={list ? `Change “${list.name}”` : 'New list'}>
      <form
        className="stack"
        onSubmit={(e) => {
          e.preventDefault();
          if (name.trim()) save.mutate();
        }}
      >
        <Field label="Name" value={name} onChange={set_name} maxLength={80} autoFocus error={said.name} />
        <Field label="What it is for" value={description} onChange={set_description} maxLength={300} error={said.description} />
        <ZeroRule value={zero_rule} on_change={set_zero_rule} />
        <FormEnd error={save.error} disabled={!name.trim() || save.isPending} on_cancel={on_close}>
          {list ? 'Save' : 'Make the list'}
        </FormEnd>
      </form>
    </Dialog>
  );
}

/** How this agency writes the letter O and the digit 0, with what follows from it. */
function ZeroRule({ value, on_change }: { value: Schemas['ZeroRule']; on_change: (rule: Schemas['ZeroRule']) => void }) {
  return (
    <div className="stack-tight">
      <Radios
        label="The letter O and the digit 0 on plates"
        options={[
          { value: 'distinct', label: 'Two different characters', note: 'An O on the list is wanted as an O.' },
          { value: 'o-is-zero', label: 'Written alike', note: 'The plates here have no letter O; both are taken as 0.' },
        ]}
        value={value}
        on_change={(v) => on_change(v as Schemas['ZeroRule'])}
      />
      <p className="zero-example small soft">
        <PlateChip text="BO4120" region="us" size="s" /> on the list is
        {value === 'distinct' ? (
          <>
            {' '}
            an exact hit on BO4120 only; a read <PlateChip text="B04120" region="us" size="s" /> is a “possible” hit.
          </>
        ) : (
          <>
            {' '}
            kept as <PlateChip text="B04120" region="us" size="s" />, and both writings are exact hits.
          </>
        )}
      </p>
    </div>
  );
}
