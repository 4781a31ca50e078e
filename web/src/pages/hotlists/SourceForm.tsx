import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { Button, Checkbox, Dialog, Field, FormEnd, ProblemPanel, Radios, Skeleton, Tag, useZone } from '@/ui';
import { from_zoned_input, to_zoned_input, zone_word } from '../search/zoned';
import { officers_query } from '../cases/queries';
import { FORMAT_EXAMPLE, has_files, type Kind, KINDS } from './kinds';
import { files_query, source_query } from './queries';

type Source = Schemas['HotlistSource'];
type File = Schemas['HotlistFile'];

/** Where a list's entries come from: its layout, its column map, what of a national extract it takes. */
export function SourceForm({ list, on_close }: { list: Schemas['Hotlist']; on_close: () => void }) {
  const source = useQuery(source_query(list.id));
  const files = useQuery(files_query);
  const error = source.error ?? files.error;
  return (
    <Dialog open on_close={on_close} title={`Where “${list.name}” comes from`} kind="wide">
      {error ? <ProblemPanel error={error} retry={() => void Promise.all([source.refetch(), files.refetch()])} /> : null}
      {source.isPending || files.isPending ? <Skeleton rows={6} /> : null}
      {source.data && files.data ? <Form list={list} source={source.data} files={files.data} on_close={on_close} /> : null}
    </Dialog>
  );
}

function Form({ list, source, files, on_close }: { list: Schemas['Hotlist']; source: Source; files: readonly File[]; on_close: () => void }) {
  const queries = useQueryClient();
  const zone = useZone();
  const [kind, set_kind] = useState<Kind>(source.kind);
  const [format_text, set_format] = useState(source.format_text ?? '');
  const [term, set_term] = useState(String(source.term_days ?? 30));
  const [whole, set_whole] = useState(source.whole ?? false);
  const [chosen, set_chosen] = useState<readonly string[]>(source.files?.length ? source.files : files.filter((f) => f.standing === 'taken').map((f) => f.file));
  const [warn, set_warn] = useState(hours_of(source.warn_after_minutes));
  const [stop, set_stop] = useState(hours_of(source.stop_after_minutes));
  const [ends, set_ends] = useState(source.ends_at ? to_zoned_input(source.ends_at, zone) : '');
  const [folder, set_folder] = useState(source.folder ?? '');
  const officers = useQuery(officers_query);
  const [second_look, set_second_look] = useState(source.second_look ?? false);
  const [audience, set_audience] = useState<readonly string[]>(source.audience ?? []);
  const [key, set_key] = useState(new_idempotency_key);
  const term_days = Number(term);
  const term_ok = Number.isInteger(term_days) && term_days >= 1 && term_days <= 366;
  const good = term_ok && minutes_of(warn) !== undefined && minutes_of(stop) !== undefined;
  const save = useMutation({
    mutationFn: (body: Source) => call(api.PUT('/api/v1/hotlists/{id}/source', { params: { path: { id: list.id }, header: { 'Idempotency-Key': key } }, body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['hotlists'] });
      on_close();
    },
    onError: () => set_key(new_idempotency_key()),
  });
  const said = save.error instanceof ApiProblem ? save.error.fields : {};
  return (
    <form
      className="stack"
      onSubmit={(e) => {
        e.preventDefault();
        if (good) save.mutate({ kind, term_days, whole, files: has_files(kind) ? [...chosen] : [], warn_after_minutes: minutes_of(warn) ?? 0, stop_after_minutes: minutes_of(stop) ?? 0, folder: folder.trim(), audience: [...audience], second_look, ...(from_zoned_input(ends, zone) ? { ends_at: from_zoned_input(ends, zone) } : {}), ...(kind === 'mapped' ? { format_text: with_end(format_text) } : {}) });
      }}
    >
      <Radios label="Layout of its files" options={KINDS} value={kind} on_change={(v) => set_kind(v as Kind)} error={said.kind} />
      {kind === 'mapped' ? (
        <div className="stack-tight">
          <Field label="Column map" hint="Which column is what, as a few lines of text" value={format_text} onChange={set_format} rows={14} maxLength={8000} error={said.format_text} spellCheck="false" />
          {format_text.trim() ? null : (
            <div>
              <Button size="small" onPress={() => set_format(FORMAT_EXAMPLE)}>
                Start from an example
              </Button>
            </div>
          )}
        </div>
      ) : null}
      {has_files(kind) ? <Files files={files} chosen={chosen} on_change={set_chosen} /> : null}
      {kind === 'plain' ? null : <Field label="Days that an entry runs when its row has no end" hint="Each import renews them" inputMode="numeric" value={term} onChange={set_term} error={term_ok ? said.term_days : 'A number from 1 to 366.'} />}
      <Checkbox isSelected={whole} onChange={set_whole}>
        Each file is the whole list: entries that it lacks are ended
      </Checkbox>
      <div className="two-fields">
        <Field label="Warn when its newest file is older than (hours)" hint="Its alerts then say so. Empty: never" inputMode="decimal" value={warn} onChange={set_warn} error={minutes_of(warn) === undefined ? 'A number of hours.' : said.warn_after_minutes} />
        <Field label="Stop alerting when older than (hours)" hint="Until a new file comes. Empty: never" inputMode="decimal" value={stop} onChange={set_stop} error={minutes_of(stop) === undefined ? 'A number of hours.' : said.stop_after_minutes} />
      </div>
      <div className="two-fields">
        <Field label="Watched folder" hint="Its name in the server’s drop folder; a script or SFTP puts files there. Empty: none" value={folder} onChange={(v) => set_folder(v.toLowerCase())} maxLength={40} error={said.folder} />
        <Field label={`The whole list ends (${zone_word(Date.now(), zone)})`} hint="Empty: its entries end by themselves" type="datetime-local" value={ends} onChange={set_ends} error={said.ends_at} />
      </div>
      <Checkbox isSelected={second_look} onChange={set_second_look}>
        Stops for it are of high risk: two people confirm each of its alerts. Those for a felony, a violent person, a gang or terror always need two
      </Checkbox>
      <fieldset className="source-files">
        <legend className="field-label">{audience.length ? 'Only these see the list and its alerts, besides those who manage hotlists' : 'Everybody sees this list and its alerts. To keep it to some, choose them'}</legend>
        {officers.data?.map((o) => (
          <Checkbox key={o.id} isSelected={audience.includes(o.id)} onChange={(on) => set_audience(on ? [...audience, o.id] : audience.filter((id) => id !== o.id))}>
            {o.name}
          </Checkbox>
        ))}
      </fieldset>
      <FormEnd error={save.error} disabled={!good || save.isPending || (kind === 'mapped' && !format_text.trim())} on_cancel={on_close}>
        Save: this is recorded
      </FormEnd>
    </form>
  );
}

const hours_of = (minutes?: number) => (minutes ? String(minutes / 60) : '');
/** Nothing: not a number. Empty is never. */
function minutes_of(hours: string): number | undefined {
  if (!hours.trim()) return 0;
  const minutes = Math.round(Number(hours) * 60);
  return Number.isFinite(minutes) && minutes > 0 ? minutes : undefined;
}
const with_end = (text: string) => `${text.replaceAll('\r', '').replaceAll('\t', '  ').trimEnd()}\n`;

/** What of a national extract the list takes. What no list may hold is shown as such and cannot be chosen. */
function Files({ files, chosen, on_change }: { files: readonly File[]; chosen: readonly string[]; on_change: (chosen: readonly string[]) => void }) {
  return (
    <fieldset className="source-files">
      <legend className="field-label">Files of a national extract that this list takes</legend>
      {files.map((f) => {
        const never = f.standing === 'never';
        return (
          <Checkbox key={f.file} isSelected={!never && chosen.includes(f.file)} isDisabled={never} onChange={(on) => on_change(on ? [...chosen, f.file] : chosen.filter((c) => c !== f.file))}>
            {f.label} <span className="faint figures">{f.letter}</span>
            {never ? (
              <>
                {' '}
                <Tag meaning="stale">Barred</Tag> <span className="small soft">{f.reason ?? 'No list may hold it: the house does no immigration enforcement.'}</span>
              </>
            ) : null}
          </Checkbox>
        );
      })}
    </fieldset>
  );
}
