import { Download, FileArchive, FileSpreadsheet, FileText } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { new_idempotency_key } from '@/api/client';
import { ApiProblem, as_problem, problem_from } from '@/api/problem';
import { Button, count_text, Dialog, Field, LedgerMark, ProblemPanel } from '@/ui';
import { FILE_EVIDENCE, FILE_VEHICLES, type WideKind } from './useSearch';

type As = Schemas['ExportRequest']['as'];
const TOGETHER = `All vehicles that the question found (at most ${count_text(FILE_VEHICLES)}; a report prints 1,000) and the reads that show them (the newest ${count_text(FILE_EVIDENCE)}; 500)`;
const WHAT: Record<ToExport['kind'], string> = {
  reads: 'The reads of the question, 500 a file, newest first',
  meet: TOGETHER,
  convoy: TOGETHER,
  route: 'The way of the plate, at most its newest 500 reads, with its gaps',
  again: 'The reads that look alike, with how much',
};
const FORMS = [
  { as: 'package', icon: FileArchive, label: 'Package', text: 'Sealed pictures, report, CSV, manifest with hashes, the log’s proof, and scripts that check it all and open the pictures on a plain Debian.' },
  { as: 'report', icon: FileText, label: 'Report', text: 'A PDF to print: each read. Sealed pictures are not in it; the package has them.' },
  { as: 'csv', icon: FileSpreadsheet, label: 'CSV', text: 'For a spreadsheet; nothing in it can run.' },
] as const;

/** The answer as a file. Each export is asked and recorded by itself. */
export type ToExport = { kind: 'reads'; body: Schemas['SearchRequest'] } | { kind: WideKind; body: Omit<Schemas['WideExportRequest'], 'as' | 'to' | 'limit'> };
interface Given {
  name: string;
  index: number;
  key_name?: string;
  first: number;
  reads: number;
  reads_found: number;
  vehicles: number;
  vehicles_found: number;
  /** Where the next file of the same answer begins. */
  next?: string;
}

export function Exports({ asked, case_number }: { asked: ToExport; case_number: string }) {
  const [open, set_open] = useState(false);
  const [busy, set_busy] = useState<As>();
  const [error, set_error] = useState<unknown>();
  const [given, set_given] = useState<Given & { as: As }>();
  const [receiver, set_receiver] = useState('');
  const take = async (as: As, cursor?: string) => {
    if (busy !== undefined) return; // not disabled: the focus would be lost
    set_busy(as);
    set_error(undefined);
    set_given(undefined);
    try {
      set_given({ ...(as === 'package' ? await download_package(asked, receiver.trim(), cursor) : await download(asked, { as, ...(cursor ? { cursor } : {}) })), as });
    } catch (problem) {
      set_error(problem);
    }
    set_busy(undefined);
  };
  return (
    <>
      <Button size="small" icon={<Download size={14} aria-hidden />} onPress={() => set_open(true)}>
        Export
      </Button>
      <Dialog open={open} on_close={() => set_open(false)} title={asked.kind === 'reads' ? 'Export these reads' : 'Export this answer'}>
        <p className="soft">
          {WHAT[asked.kind]}, under {asked.kind === 'reads' && asked.body.order_id ? 'the order' : 'case'} {case_number}. Each export is asked anew and recorded with the SHA-256 of what leaves.
        </p>
        <Field
          label="Receiver’s key for the package"
          hint="The public key that age made for them (age1…). Left empty, a key is made here and saved beside the package: hand it over by another way"
          value={receiver}
          onChange={set_receiver}
          maxLength={80}
        />
        <ul className="export-forms">
          {FORMS.map(({ as, icon: Icon, label, text }) => (
            <li key={as} className="row">
              <Icon size={20} strokeWidth={1.5} aria-hidden />
              <p className="grow small" id={`export-${as}`}>
                <span className="strong">{label}</span>
                <br />
                {text}
              </p>
              <Button size="small" aria-label={`${busy === as ? 'Making…' : 'Make'} ${label}`} onPress={() => void take(as)}>
                {busy === as ? 'Making…' : 'Make'}
              </Button>
            </li>
          ))}
        </ul>
        <div role="status">
          {given ? (
            <p className="row-wrap small">
              {given.key_name ? `${given.name} and its key ${given.key_name} were saved.` : `${given.name} was saved.`} {what_is_in(given)} <LedgerMark index={given.index} />
              {given.next ? (
                <Button size="small" onPress={() => void take(given.as, given.next)}>
                  Make the next file
                </Button>
              ) : null}
            </p>
          ) : null}
        </div>
        {error ? <ProblemPanel error={error} /> : null}
      </Dialog>
    </>
  );
}

/** Nothing is left out without a word: how much of the answer a file holds, and what to do about the rest. */
function what_is_in(given: Given): string {
  if (given.vehicles_found > given.vehicles) return `It holds the first ${count_text(given.vehicles)} of ${count_text(given.vehicles_found)} vehicles: for the others, narrow the question.`;
  const last = given.first + given.reads - 1;
  if (given.first === 1 && last >= given.reads_found) return '';
  const part = `It holds reads ${count_text(given.first)} to ${count_text(last)} of ${count_text(given.reads_found)}`;
  return given.next || last >= given.reads_found ? `${part}.` : `${part}: for the others, shorten the time.`;
}

async function download(asked: ToExport, more: { as: As; to?: string; cursor?: string }): Promise<Given> {
  let answer: Response;
  try {
    answer = await fetch(asked.kind === 'reads' ? '/api/v1/search/export' : '/api/v1/search/export/wide', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': new_idempotency_key() },
      body: JSON.stringify({ ...asked.body, ...more }),
    });
  } catch (error) {
    throw new ApiProblem(as_problem(error));
  }
  if (!answer.ok) throw new ApiProblem(problem_from(await answer.json().catch(() => undefined), answer.status));
  const head = (name: string) => answer.headers.get(`X-Glasshouse-${name}`);
  const name = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? 'reads';
  save(name, await answer.blob());
  const next = head('Next');
  return {
    name,
    index: Number(head('Ledger-Index')),
    first: Number(head('First-Read')),
    reads: Number(head('Reads')),
    reads_found: Number(head('Reads-Found')),
    vehicles: Number(head('Vehicles') ?? 0),
    vehicles_found: Number(head('Vehicles-Found') ?? 0),
    ...(next ? { next } : {}),
  };
}

/** The server passes the sealed pictures on for one key, and never has that key's other half. */
async function download_package(asked: ToExport, receiver: string, cursor?: string): Promise<Given> {
  const more = { as: 'package' as const, ...(cursor ? { cursor } : {}) };
  if (receiver) return download(asked, { ...more, to: receiver });
  const { package_key } = await import('@/seal/open');
  const key = await package_key();
  const given = await download(asked, { ...more, to: key.recipient });
  const key_name = given.name.replace(/\.zip$/, '.key.txt');
  save(key_name, new Blob([`# public key: ${key.recipient}\n${key.identity}\n`], { type: 'text/plain' }));
  return { ...given, key_name };
}

function save(name: string, file: Blob) {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next turn.
  window.setTimeout(() => URL.revokeObjectURL(url), 0);
}
