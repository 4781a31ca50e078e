import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { cameras_query } from '@/api/queries';
import { Button, Checkbox, Dialog, Field, FormEnd, Select } from '@/ui';

type Source = Schemas['Source'];

/** Who sends, and which of our cameras its cameras are. */
export function SourceForm({ source, kinds, on_close, on_key }: { source?: Source; kinds: readonly Schemas['SourceKind'][]; on_close: () => void; on_key: (made: Schemas['SourceKey']) => void }) {
  const queries = useQueryClient();
  const cameras = useQuery(cameras_query);
  const [name, set_name] = useState(source?.name ?? '');
  const [kind, set_kind] = useState<string | null>(source?.kind ?? null);
  const [enabled, set_enabled] = useState(source?.enabled ?? true);
  const [rows, set_rows] = useState<readonly { their_name: string; camera_id: string }[]>(source?.cameras ?? [{ their_name: '*', camera_id: '' }]);
  const [key, set_key] = useState(new_idempotency_key);
  const save = useMutation({
    mutationFn: async (body: Schemas['SourceChange']) => {
      const header = { 'Idempotency-Key': key };
      if (!source) return call(api.POST('/api/v1/sources', { params: { header }, body: { ...body, kind: kind ?? '' } }));
      await call(api.PUT('/api/v1/sources/{id}', { params: { path: { id: source.id }, header }, body }));
      return undefined;
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['sources'] });
      if (made) on_key(made);
      else on_close();
    },
    onError: () => set_key(new_idempotency_key()),
  });
  const said = save.error instanceof ApiProblem ? save.error.fields : {};
  const set_row = (at: number, change: Partial<(typeof rows)[number]>) => set_rows(rows.map((row, i) => (i === at ? { ...row, ...change } : row)));
  const good = name.trim() !== '' && (source !== undefined || kind !== null) && rows.length > 0 && rows.every((row) => row.their_name.trim() !== '' && row.camera_id !== '');
  const choices = cameras.data?.map((c) => ({ value: c.id, label: c.name })) ?? [];
  return (
    <Dialog open on_close={on_close} title={source ? `Change “${source.name}”` : 'New source'} kind="wide">
      <form
        className="stack"
        onSubmit={(e) => {
          e.preventDefault();
          if (good) save.mutate({ name: name.trim(), enabled, cameras: rows.map((row) => ({ their_name: row.their_name.trim(), camera_id: row.camera_id })) });
        }}
      >
        <div className="two-fields">
          <Field label="Name" value={name} onChange={set_name} maxLength={80} error={said.name} autoFocus />
          {source ? null : <Select label="What sends" options={kinds.map((k) => ({ value: k.kind, label: k.title }))} value={kind} on_change={set_kind} error={said.kind} />}
        </div>
        <fieldset className="source-cameras">
          <legend className="field-label">Its cameras, as it names them, and which of ours each is</legend>
          <p className="small soft">* stands for whatever it names otherwise.</p>
          {said.cameras ? <p role="alert">{said.cameras}</p> : null}
          {rows.map((row, i) => (
            // Rows have no other name than their place.
            <div key={i} className="two-fields source-camera">
              <Field label={`Name at the sender, row ${i + 1}`} value={row.their_name} onChange={(their_name) => set_row(i, { their_name })} maxLength={120} />
              <Select label={`Our camera, row ${i + 1}`} options={choices} value={row.camera_id || null} on_change={(camera_id) => set_row(i, { camera_id })} />
              {rows.length > 1 ? (
                <Button size="small" kind="quiet" icon={<X size={14} aria-hidden />} aria-label={`Take row ${i + 1} out`} onPress={() => set_rows(rows.filter((_, at) => at !== i))}>
                  Take out
                </Button>
              ) : null}
            </div>
          ))}
          <div>
            <Button size="small" icon={<Plus size={14} aria-hidden />} onPress={() => set_rows([...rows, { their_name: '', camera_id: '' }])}>
              Another camera
            </Button>
          </div>
        </fieldset>
        <Checkbox isSelected={enabled} onChange={set_enabled}>
          Switched on
        </Checkbox>
        <FormEnd error={save.error} disabled={!good || save.isPending} on_cancel={on_close}>
          {source ? 'Save: this is recorded' : 'Make the source: this is recorded'}
        </FormEnd>
      </form>
    </Dialog>
  );
}
