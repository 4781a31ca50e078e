import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Schemas } from '@/api/client';
import { Button, count_text, PlateChip, Tag, Time, useZone } from '@/ui';
import { zone_word } from '../search/zoned';
import { changed_fields } from './changes';
import { download, refused_csv } from './csv';

type Preview = Schemas['ImportPreview'];
type Draft = Schemas['NewHotlistEntry'];

export const nothing_to_do = (p: Preview) => p.to_add + p.to_change + p.to_remove + p.to_renew === 0;

export function commit_words(p: Preview): string {
  if (nothing_to_do(p)) return 'Nothing to apply';
  const parts = [
    p.to_add || !(p.to_change + p.to_remove + p.to_renew) ? `${count_text(p.to_add)} added` : '',
    p.to_change ? `${count_text(p.to_change)} changed` : '',
    p.to_remove ? `${count_text(p.to_remove)} ended` : '',
    p.to_renew ? `${count_text(p.to_renew)} renewed` : '',
  ];
  return `Apply: ${parts.filter(Boolean).join(', ')}`;
}

/** What a file would do to a list, before anything is applied. */
export function ImportPreview({ preview, name }: { preview: Preview; name: string }) {
  const counts: [string, number][] = [
    ['added', preview.to_add],
    ['changed', preview.to_change],
    ['ended', preview.to_remove],
    ['as before', preview.unchanged],
    ['barred', preview.barred_count],
    ['refused', preview.refused_count],
  ];
  return (
    <section className="stack" aria-label="What the file would do">
      <p>
        <span className="strong">{name}</span>, {count_text(preview.rows)} rows. Nothing is applied yet; this preview holds until <Time at={preview.expires_at} style="clock" />.
      </p>
      <dl className="import-counts">
        {counts.map(([word, n]) => (
          <div key={word} className={(word === 'refused' || word === 'barred') && n > 0 ? 'is-refused' : undefined}>
            <dt>{word}</dt>
            <dd className="figures">{count_text(n)}</dd>
          </div>
        ))}
      </dl>
      <Barred rows={preview.barred} />
      <Rows title="that would be on the list" entries={preview.sample} of={preview.to_add} />
      <Changes changes={preview.to_change_sample} of={preview.to_change} />
      <Rows title="that would be ended: the file lacks them" entries={preview.to_remove_sample} of={preview.to_remove} />
      <Refused preview={preview} />
    </section>
  );
}

/** Rows that were counted and forgotten: which file, how many, under which rule. Never what stood in them. */
function Barred({ rows }: { rows: Preview['barred'] }) {
  if (!rows.length) return null;
  return (
    <section className="stack-tight" aria-label="Barred rows">
      <h3 className="row">
        <Tag meaning="needed">Barred</Tag> These rows are of files that this list does not hold. They are not stored and not shown.
      </h3>
      <ul className="import-rows">
        {rows.map((r) => (
          <li key={r.file}>
            <span className="strong figures">{count_text(r.count)}</span> <span>{r.label}</span> <span className="grow soft">{r.reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Sample({ shown, of, title, children }: { shown: number; of: number; title: string; children: ReactNode }) {
  if (!shown) return null;
  return (
    <details className="fold">
      <summary>
        {of > shown ? `The first ${shown} of ${count_text(of)}` : count_text(of)} {title}
      </summary>
      <ul className="import-rows">{children}</ul>
    </details>
  );
}

function Rows({ title, entries, of }: { title: string; entries: readonly Draft[]; of: number }) {
  return (
    <Sample shown={entries.length} of={of} title={title}>
      {entries.map((e, i) => (
        <li key={i}>
          <PlateChip text={e.plate} region={e.region} size="s" /> <span className="grow">{e.reason}</span> <span className="soft figures">{e.case_number}</span>
          <span className="soft">
            until <Time at={e.expires_at} style="date" />
          </span>
        </li>
      ))}
    </Sample>
  );
}

function Changes({ changes, of }: { changes: Preview['to_change_sample']; of: number }) {
  const zone = useZone();
  return (
    <Sample shown={changes.length} of={of} title="that would be changed">
      {changes.map(({ before, after }, i) => (
        <li key={i} className="import-change">
          <PlateChip text={after.plate} region={after.region} size="s" />
          <span className="grow">
            {changed_fields(before, after, zone).map((c) => (
              <span key={c.field} className="import-field">
                {c.field}: <del>{c.before}</del> → <ins>{c.after}</ins>{' '}
              </span>
            ))}
          </span>
        </li>
      ))}
      {changes.length ? <li className="small soft">Times in {zone_word(Date.now(), zone)}.</li> : null}
    </Sample>
  );
}

function Refused({ preview }: { preview: Preview }) {
  if (!preview.refused.length) return null;
  return (
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
                <td>{r.text ? <code>{r.text}</code> : <span className="soft">not shown</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {preview.refused_count > preview.refused.length ? <p className="small soft">Only the first {preview.refused.length} are shown.</p> : null}
      <p className="small soft">Refused lines are left out; the others can be applied without them.</p>
    </section>
  );
}
