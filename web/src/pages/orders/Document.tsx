import { FileCheck2 } from 'lucide-react';
import { useId, useState } from 'react';
import { Field } from '@/ui';

async function sha256_of(file: File): Promise<string> {
  const [{ sha256 }, { to_hex }] = await Promise.all([import('@noble/hashes/sha2.js'), import('@/proof/bytes')]);
  return to_hex(sha256(new Uint8Array(await file.arrayBuffer())));
}

/** The document's SHA-256, made here from its file. The file stays on this machine. */
export function DocumentDigest({ value, on_change, error }: { value: string; on_change: (digest: string) => void; error?: string }) {
  const id = useId();
  const [name, set_name] = useState('');
  const [failed, set_failed] = useState('');
  const take = async (file: File | undefined) => {
    if (!file) return;
    set_failed('');
    try {
      on_change(await sha256_of(file));
      set_name(file.name);
    } catch {
      set_failed('The file could not be read. Choose it again.');
    }
  };
  return (
    <div className="stack-tight">
      <label className="field-label" htmlFor={id}>
        The document’s file
      </label>
      <p className="field-hint" id={`${id}-hint`}>
        Only its SHA-256 is sent; the file is not, and nobody keeps it here
      </p>
      <input id={id} type="file" aria-describedby={`${id}-hint`} onChange={(e) => void take(e.target.files?.[0])} />
      <p className="row small" role="status">
        {name ? (
          <>
            <FileCheck2 size={16} aria-hidden /> Made from {name}
          </>
        ) : null}
        {failed}
      </p>
      <Field label="Its SHA-256" hint="Or what sha256sum says of it" value={value} onChange={(text) => on_change(text.trim().toLowerCase())} maxLength={64} spellCheck="false" error={error} />
    </div>
  );
}
