import { Download, FileArchive, FileSpreadsheet, FileText } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { new_idempotency_key } from '@/api/client';
import { ApiProblem, as_problem, problem_from } from '@/api/problem';
import { Button, Dialog, Field, LedgerMark, ProblemPanel } from '@/ui';

type As = Schemas['ExportRequest']['as'];
const FORMS = [
  { as: 'package', icon: FileArchive, label: 'Package', text: 'Sealed pictures, report, CSV, manifest with hashes, the log’s proof, and scripts that check it all and open the pictures on a plain Debian.' },
  { as: 'report', icon: FileText, label: 'Report', text: 'A PDF to print: each read. Sealed pictures are not in it; the package has them.' },
  { as: 'csv', icon: FileSpreadsheet, label: 'CSV', text: 'For a spreadsheet; nothing in it can run.' },
] as const;

/** The answer as a file. Each export is asked and recorded by itself. */
export function Exports({ request, case_number }: { request: Schemas['SearchRequest']; case_number: string }) {
  const [open, set_open] = useState(false);
  const [busy, set_busy] = useState<As>();
  const [error, set_error] = useState<unknown>();
  const [given, set_given] = useState<{ name: string; index: number; key_name?: string }>();
  const [receiver, set_receiver] = useState('');
  const take = async (as: As) => {
    if (busy !== undefined) return; // not disabled: the focus would be lost
    set_busy(as);
    set_error(undefined);
    set_given(undefined);
    try {
      set_given(as === 'package' ? await download_package(request, receiver.trim()) : await download({ ...request, as }));
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
      <Dialog open={open} on_close={() => set_open(false)} title="Export these reads">
        <p className="soft">
          The newest 500 reads of the question, under {request.order_id ? 'the order' : 'case'} {case_number}. The export is recorded with the SHA-256 of what leaves.
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
              {given.key_name ? `${given.name} and its key ${given.key_name} were saved.` : `${given.name} was saved.`} <LedgerMark index={given.index} />
            </p>
          ) : null}
        </div>
        {error ? <ProblemPanel error={error} /> : null}
      </Dialog>
    </>
  );
}

async function download(body: Schemas['ExportRequest']): Promise<{ name: string; index: number }> {
  let answer: Response;
  try {
    answer = await fetch('/api/v1/search/export', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': new_idempotency_key() },
      body: JSON.stringify(body),
    });
  } catch (error) {
    throw new ApiProblem(as_problem(error));
  }
  if (!answer.ok) throw new ApiProblem(problem_from(await answer.json().catch(() => undefined), answer.status));
  const name = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? 'reads';
  save(name, await answer.blob());
  return { name, index: Number(answer.headers.get('X-Glasshouse-Ledger-Index')) };
}

/** The server passes the sealed pictures on for one key, and never has that key's other half. */
async function download_package(request: Schemas['SearchRequest'], receiver: string) {
  if (receiver) return download({ ...request, as: 'package', to: receiver });
  const { package_key } = await import('@/seal/open');
  const key = await package_key();
  const given = await download({ ...request, as: 'package', to: key.recipient });
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
