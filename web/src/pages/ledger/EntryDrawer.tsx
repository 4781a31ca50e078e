import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Check, Download, Lock, ShieldCheck, X } from 'lucide-react';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import type { ProofResult } from '@/proof/check';
import { Button, count_text, keep, kept, ProblemPanel, Skeleton, Time } from '@/ui';
import { Dialog } from '@/ui/Dialog';
import { useOpenEntry } from '@/app/entry';
import { field_words, kind_words, releases, was_refused } from './words';
import './ledger.css';

type Entry = Schemas['LedgerEntry'];

/** One entry: what of it may be seen, by release class, and its proof, checked in this browser. */
export default function EntryDrawer({ index, on_close }: { index: number; on_close: () => void }) {
  const open = useOpenEntry();
  const entry = useQuery({
    queryKey: ['ledger', 'entry', index],
    queryFn: ({ signal }) => call(api.GET('/api/v1/ledger/entries/{index}', { params: { path: { index } }, signal })),
  });
  return (
    <Dialog open on_close={on_close} kind="drawer" title={`Ledger entry ${count_text(index)}`}>
      <div className="stack-loose">
        {entry.error ? <ProblemPanel error={entry.error} retry={() => void entry.refetch()} /> : null}
        {entry.isPending ? <Skeleton rows={6} label="Loading the entry" /> : null}
        {entry.data ? (
          <>
            <div>
              <p className="entry-kind">
                {kind_words(entry.data.kind)}
                {was_refused(entry.data) ? <span className="ledger-refused">: refused</span> : null}
              </p>
              <p className="soft">
                <Time at={entry.data.time} style="full" /> · <code>{entry.data.kind}</code>
              </p>
            </div>
            <Fields entry={entry.data} />
            <Proof key={index} entry={entry.data} />
            <details className="entry-raw">
              <summary>The bytes that were recorded</summary>
              <pre>
                <code>{entry.data.leaf}</code>
              </pre>
            </details>
          </>
        ) : null}
        <div className="row">
          <Button size="small" icon={<ArrowUp size={14} aria-hidden />} onPress={() => open(index + 1)}>
            Later
          </Button>
          <Button size="small" icon={<ArrowDown size={14} aria-hidden />} isDisabled={index === 0} onPress={() => open(index - 1)}>
            Earlier
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Fields({ entry }: { entry: Entry }) {
  const fields = entry.fields.filter((f) => f.name !== 'kind' && f.name !== 'time');
  return (
    <div className="stack">
      {releases.map(({ release, title }) => {
        const these = fields.filter((f) => f.release === release);
        return (
          <section key={release} className="entry-class">
            <h3>{title}</h3>
            {these.length ? (
              <dl className="facts">
                {these.map((f) => (
                  <div key={f.name} className="facts-row">
                    <dt>{field_words(f.name)}</dt>
                    <dd className="figures">
                      {f.person && f.person !== f.value ? <span>{f.person} </span> : null}
                      <span className={f.person && f.person !== f.value ? 'small faint' : undefined}>{f.value}</span>
                    </dd>
                  </div>
                ))}
              </dl>
            ) : (
              <p className="row faint">
                <Lock size={14} aria-hidden /> {release === 'at-once' ? 'Only what happened, and when' : 'Nothing that you may see now'}
              </p>
            )}
          </section>
        );
      })}
    </div>
  );
}

/** Checked from the bytes alone, here: the server's word counts for nothing in it. */
function Proof({ entry }: { entry: Entry }) {
  const [wanted, set_wanted] = useState(false);
  const checked = useQuery({
    queryKey: ['ledger', 'proof', entry.index],
    enabled: wanted,
    queryFn: async ({ signal }) => {
      const [{ check_proof }, proof] = await Promise.all([
        import('@/proof/check'),
        call(api.GET('/api/v1/ledger/entries/{index}/proof', { params: { path: { index: entry.index } }, signal })),
      ]);
      const pinned = kept<string>('ledger-key');
      const result: ProofResult = await check_proof(entry, proof, pinned);
      if (result.ok && !pinned) keep('ledger-key', proof.verifier_key);
      return { result, proof };
    },
  });
  const result = checked.data?.result;
  return (
    <section className="proof" aria-label="Proof">
      <div className="row-wrap">
        <Button kind={result ? 'plain' : 'primary'} icon={<ShieldCheck size={16} aria-hidden />} onPress={() => (wanted ? void checked.refetch() : set_wanted(true))}>
          Check the proof here
        </Button>
        {result ? null : <p className="small soft">Your browser recomputes everything; nothing that the server says is believed.</p>}
      </div>
      {checked.error ? <ProblemPanel error={checked.error} retry={() => void checked.refetch()} /> : null}
      {checked.isFetching && !result ? <Skeleton rows={3} label="Checking" /> : null}
      {result && checked.data ? (
        <>
          <p className={`proof-verdict ${result.ok ? 'proof-ok' : 'proof-bad'}`} role="status">
            {result.ok ? <Check size={18} aria-hidden /> : <X size={18} aria-hidden />}
            {result.ok ? 'This entry is in the signed log, unchanged.' : 'This proof does not hold. Do not rely on this entry; tell the auditor.'}
          </p>
          <ol className="proof-steps">
            {result.steps.map((step) => (
              <li key={step.id} className={step.ok ? 'proof-ok' : 'proof-bad'}>
                {step.ok ? <Check size={16} aria-hidden /> : <X size={16} aria-hidden />}
                <div>
                  <p className="strong">
                    {step.title}
                    <span className="visually-hidden">: {step.ok ? 'holds' : 'fails'}</span>
                  </p>
                  <p className="small proof-detail">{step.detail}</p>
                </div>
              </li>
            ))}
          </ol>
          <p>
            <a className="row" download={`entry-${entry.index}.tlog-proof`} href={`data:text/plain;charset=utf-8,${encodeURIComponent(checked.data.proof.tlog_proof)}`}>
              <Download size={14} aria-hidden /> Take the proof along (.tlog-proof)
            </a>
          </p>
        </>
      ) : null}
    </section>
  );
}
