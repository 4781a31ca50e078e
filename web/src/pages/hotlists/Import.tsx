import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Download, FileUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { Button, Checkbox, count_text, Dialog, LedgerMark, ProblemPanel, Select, Skeleton } from '@/ui';
import { download, IMPORT_COLUMNS, template_csv } from './csv';
import { commit_words, ImportPreview, nothing_to_do } from './ImportPreview';
import { type Kind, KINDS } from './kinds';

const LARGEST_MB = 100; // larger files are refused here before they travel
const LONG_MB = 5; // files and imports that a person waits for
const LONG_ROWS = 50_000;

/** A file becomes a preview; nothing is applied until a person commits it, and then all of it or nothing. */
export function Import({ list, on_close }: { list: Schemas['Hotlist']; on_close: () => void }) {
  const queries = useQueryClient();
  const [file, set_file] = useState<File>();
  const [kind, set_kind] = useState<Kind>(list.source.kind);
  const [replace, set_replace] = useState(list.source.whole);
  const preview = useMutation({
    mutationFn: async ({ chosen, replacing, as }: { chosen: File; replacing: boolean; as: Kind }) => {
      if (chosen.size > LARGEST_MB * 1e6) throw too_large(chosen);
      return call(
        api.POST('/api/v1/hotlists/{id}/import', {
          params: { path: { id: list.id }, query: { replace: replacing, kind: as } },
          // As its bytes stand: the server says what is wrong with a file that is not UTF-8.
          body: chosen as unknown as string,
          bodySerializer: (body: unknown) => body as File,
          headers: { 'Content-Type': 'text/csv' },
        }),
      );
    },
  });
  const commit = useMutation({
    mutationFn: (id: string) => call(api.POST('/api/v1/hotlists/{id}/import/{preview}/commit', { params: { path: { id: list.id, preview: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['hotlists'] }),
  });
  const read = (chosen: File | undefined, replacing = replace, as = kind) => {
    if (!chosen) return;
    set_file(chosen);
    commit.reset();
    preview.mutate({ chosen, replacing, as });
  };
  return (
    <Dialog open on_close={on_close} title={`Import into “${list.name}”`} kind="wide">
      {commit.data ? (
        <Done done={commit.data} on_close={on_close} />
      ) : (
        <div className="stack">
          <Select
            label="Layout of the file"
            options={KINDS.filter((k) => k.value !== 'mapped' || list.source.kind === 'mapped')}
            value={kind}
            on_change={(v) => {
              set_kind(v as Kind);
              if (file) read(file, replace, v as Kind);
            }}
          />
          {preview.data ? null : <FileDrop on_file={read} />}
          {preview.data || kind !== 'plain' ? null : (
              <p className="small soft">
                Columns: <code>{IMPORT_COLUMNS.join(', ')}</code>. The first four are required.{' '}
                <Button kind="quiet" size="small" icon={<Download size={14} aria-hidden />} onPress={() => download('hotlist-template.csv', template_csv(new Date(Date.now() + 30 * 86_400_000)))}>
                  Template
                </Button>
              </p>
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
          {preview.isPending && file && file.size > LONG_MB * 1e6 ? (
            <p className="soft" role="status">
              Comparing {Math.round(file.size / 1e6)} MB with the list. A million rows take some 20 seconds.
            </p>
          ) : null}
          {preview.error ? <ProblemPanel error={preview.error} retry={() => read(file)} /> : null}
          {preview.data && !preview.isPending ? <ImportPreview preview={preview.data} name={file?.name ?? ''} /> : null}
          {commit.isPending && preview.data && preview.data.to_add > LONG_ROWS ? (
            <p className="soft" role="status">
              Writing {count_text(preview.data.to_add)} entries. A million take about half a minute; until then the list is as it was, and then all of them are on it.
            </p>
          ) : null}
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
      <p>Drop a file here, or</p>
      <Button onPress={() => input.current?.click()}>Choose a file</Button>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,.dat,text/csv,text/plain"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="File of the list"
        onChange={(e) => {
          on_file(e.target.files?.[0]);
          e.target.value = '';
        }}
      />
    </div>
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
