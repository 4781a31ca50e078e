import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Download, FileUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { Button, Checkbox, count_text, Dialog, LedgerMark, PlateChip, ProblemPanel, Skeleton, Tag, Time } from '@/ui';
import { download, IMPORT_COLUMNS, refused_csv, template_csv } from './csv';

type Preview = Schemas['ImportPreview'];
const LARGEST_MB = 16; // larger files are refused here before they travel

/** A file becomes a preview; nothing is applied until a person commits it, and then all of it or nothing. */
export function Import({ list, on_close }: { list: Schemas['Hotlist']; on_close: () => void }) {
  const queries = useQueryClient();
  const [file, set_file] = useState<File>();
  const [replace, set_replace] = useState(false);
  const preview = useMutation({
    mutationFn: async ({ chosen, replacing }: { chosen: File; replacing: boolean }) => {
      if (chosen.size > LARGEST_MB * 1e6) throw too_large(chosen);
      const text = await chosen.text();
      return call(
        api.POST('/api/v1/hotlists/{id}/import', {
          params: { path: { id: list.id }, query: { replace: replacing } },
          body: text,
          bodySerializer: (body: unknown) => body as string,
          headers: { 'Content-Type': 'text/csv' },
        }),
      );
    },
  });
  const commit = useMutation({
    mutationFn: (id: string) => call(api.POST('/api/v1/hotlists/{id}/import/{preview}/commit', { params: { path: { id: list.id, preview: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['hotlists'] }),
  });
  const read = (chosen: File | undefined, replacing = replace) => {
    if (!chosen) return;
    set_file(chosen);
    commit.reset();
    preview.mutate({ chosen, replacing });
  };
  return (
    <Dialog open on_close={on_close} title={`Import into “${list.name}”`} kind="wide">
      {commit.data ? (
        <Done done={commit.data} on_close={on_close} />
      ) : (
        <div className="stack">
          {preview.data ? null : (
            <>
              <FileDrop on_file={read} />
              <p className="small soft">
                Columns: <code>{IMPORT_COLUMNS.join(', ')}</code>. The first four are required.{' '}
                <Button kind="quiet" size="small" icon={<Download size={14} aria-hidden />} onPress={() => download('hotlist-template.csv', template_csv(new Date(Date.now() + 30 * 86_400_000)))}>
                  Template
                </Button>
              </p>
            </>
          )}
          <Checkbox
            isSelected={replace}
            onChange={(on) => {
              set_replace(on);
              if (file) read(file, on);
            }}
          >
            The file is the whole list: entries that it lacks are ended
          </Checkbox>
          {preview.isPending ? <Skeleton rows={4} label="Reading the file" /> : null}
          {preview.error ? <ProblemPanel error={preview.error} retry={() => read(file)} /> : null}
          {preview.data && !preview.isPending ? <Shown preview={preview.data} name={file?.name ?? ''} /> : null}
          {commit.error ? <ProblemPanel error={commit.error} /> : null}
          {preview.data && !preview.isPending ? (
            <div className="row-wrap">
              <Button kind="primary" isDisabled={commit.isPending || nothing_to_do(preview.data)} onPress={() => commit.mutate(preview.data.id)}>
                {commit.isPending ? 'Applying…' : commit_words(preview.data)}
              </Button>
              <Button
                onPress={() => {
                  set_file(undefined);
                  preview.reset();
                  commit.reset();
                }}
              >
                Choose another file
              </Button>
              <Button kind="quiet" onPress={on_close}>
                Cancel
              </Button>
            </div>
          ) : null}
        </div>
      )}
    </Dialog>
  );
}

const too_large = (file: File) =>
  new ApiProblem({ type: '/problems/too-large', title: 'This file is too large', status: 413, detail: `It has ${Math.ceil(file.size / 1e6)} MB; at most ${LARGEST_MB} MB can be imported at once.`, next: 'Split it into several files.' });
const nothing_to_do = (p: Preview) => p.to_add + p.to_change + p.to_remove === 0;
const commit_words = (p: Preview) => (nothing_to_do(p) ? 'Nothing to apply' : `Apply: ${[`${count_text(p.to_add)} added`, p.to_change ? `${count_text(p.to_change)} changed` : '', p.to_remove ? `${count_text(p.to_remove)} ended` : ''].filter(Boolean).join(', ')}`);

function FileDrop({ on_file }: { on_file: (file: File | undefined) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, set_over] = useState(false);
  const drop = (e: DragEvent) => {
    e.preventDefault();
    set_over(false);
    on_file(e.dataTransfer.files[0]);
  };
  return (
    <div
      className={`file-drop${over ? ' is-over' : ''}`}
      onDragOver={(e) => {
        e.preventDefault();
        set_over(true);
      }}
      onDragLeave={() => set_over(false)}
      onDrop={drop}
    >
      <FileUp size={24} strokeWidth={1.5} aria-hidden />
      <p>Drop a CSV file here, or</p>
      <Button onPress={() => input.current?.click()}>Choose a file</Button>
      <input
        ref={input}
        type="file"
        accept=".csv,text/csv"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="CSV file"
        onChange={(e) => {
          on_file(e.target.files?.[0]);
          e.target.value = '';
        }}
      />
    </div>
  );
}

function Shown({ preview, name }: { preview: Preview; name: string }) {
  const counts: [string, number][] = [
    ['added', preview.to_add],
    ['changed', preview.to_change],
    ['ended', preview.to_remove],
    ['as before', preview.unchanged],
    ['refused', preview.refused_count],
  ];
  return (
    <section className="stack" aria-label="What the file would do">
      <p>
        <span className="strong">{name}</span>, {count_text(preview.rows)} lines. Nothing is applied yet; this preview holds until <Time at={preview.expires_at} style="clock" />.
      </p>
      <dl className="import-counts">
        {counts.map(([word, n]) => (
          <div key={word} className={word === 'refused' && n > 0 ? 'is-refused' : undefined}>
            <dt>{word}</dt>
            <dd className="figures">{count_text(n)}</dd>
          </div>
        ))}
      </dl>
      {preview.sample.length ? (
        <details className="fold">
          <summary>The first {preview.sample.length} that would be on the list</summary>
          <ul className="import-rows">
            {preview.sample.map((e, i) => (
              <li key={i}>
                <PlateChip text={e.plate} region={e.region} size="s" /> <span className="grow">{e.reason}</span> <span className="soft figures">{e.case_number}</span>
                <span className="soft">
                  until <Time at={e.expires_at} style="date" />
                </span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {preview.refused.length ? (
        <section className="stack-tight" aria-label="Refused lines">
          <h3 className="row">
            <Tag meaning="needed">Refused</Tag> {count_text(preview.refused_count)} {preview.refused_count === 1 ? 'line' : 'lines'}
            <span className="push">
              <Button size="small" icon={<Download size={14} aria-hidden />} onPress={() => download('refused-lines.csv', refused_csv(preview.refused))}>
                Download them
              </Button>
            </span>
          </h3>
          <div className="import-refused" tabIndex={0} role="region" aria-label="Refused lines, scrollable">
            <table>
              <thead>
                <tr>
                  <th scope="col">Line</th>
                  <th scope="col">Why</th>
                  <th scope="col">As it stands in the file</th>
                </tr>
              </thead>
              <tbody>
                {preview.refused.map((r) => (
                  <tr key={r.line}>
                    <td className="figures">{r.line}</td>
                    <td>{r.reason}</td>
                    <td>
                      <code>{r.text}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {preview.refused_count > preview.refused.length ? <p className="small soft">Only the first {preview.refused.length} are shown.</p> : null}
          <p className="small soft">Refused lines are left out; the others can be applied without them.</p>
        </section>
      ) : null}
    </section>
  );
}

function Done({ done, on_close }: { done: Schemas['ImportDone']; on_close: () => void }) {
  return (
    <div className="stack" role="status">
      <p className="strong">
        {count_text(done.added)} added, {count_text(done.changed)} changed, {count_text(done.removed)} ended.
      </p>
      <p>
        <LedgerMark index={done.ledger_index} />
      </p>
      <div>
        <Button kind="primary" onPress={on_close} autoFocus>
          Back to the list
        </Button>
      </div>
    </div>
  );
}
