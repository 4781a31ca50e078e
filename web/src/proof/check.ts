import type { Schemas } from '@/api/client';
import { from_base64, to_base64, to_hex } from './bytes';
import { disclosure_digest, parse_disclosure, parse_leaf } from './disclosure';
import { leaf_hash, root_from_path } from './merkle';
import { is_signed_by, parse_checkpoint, parse_verifier_key } from './note';

/** One step of the check, as shown: what was done, whether it held, and the numbers behind it. */
export interface Step {
  id: 'leaf' | 'fields' | 'key' | 'signature' | 'inclusion';
  title: string;
  ok: boolean;
  detail: string;
}
export interface ProofResult {
  ok: boolean;
  steps: Step[];
}

type Proof = Schemas['LedgerProof'];
type Entry = Schemas['LedgerEntry'];

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Checks an entry's proof from the bytes alone: nothing that the server says about it is believed.
 *  `pinned_key`: a verifier key that was learned earlier or elsewhere; then the proof's own must be the same. */
export async function check_proof(entry: Entry, proof: Proof, pinned_key?: string): Promise<ProofResult> {
  const steps: Step[] = [];
  const step = async (id: Step['id'], title: string, run: () => string | Promise<string>) => {
    try {
      steps.push({ id, title, ok: true, detail: await run() });
    } catch (error) {
      steps.push({ id, title, ok: false, detail: reason(error) });
    }
  };

  await step('leaf', 'The proof is about this entry', () => {
    if (proof.index !== entry.index) throw new Error(`it is about entry ${proof.index}`);
    if (proof.leaf !== entry.leaf) throw new Error('its bytes are not those of the entry shown');
    return `SHA-256 of its ${proof.leaf.length} bytes: ${to_hex(leaf_hash(proof.leaf))}`;
  });

  await step('fields', 'Each field shown is one that was sealed into it', () => {
    const digests = parse_leaf(proof.leaf);
    if (entry.fields.length === 0) throw new Error('no field is shown, so there is nothing to hold against it');
    for (const field of entry.fields) {
      const opened = parse_disclosure(field.disclosure);
      if (opened.name !== field.name || opened.value !== field.value) throw new Error(`“${field.name}” says something else than its disclosure`);
      if (!digests.includes(disclosure_digest(field.disclosure))) throw new Error(`“${field.name}” is not among its ${digests.length} digests`);
    }
    const kind = entry.fields.find((f) => f.name === 'kind');
    if (kind && kind.value !== entry.kind) throw new Error(`its kind was sealed as “${kind.value}”`);
    const names = entry.fields.map((f) => f.name);
    if (new Set(names).size !== names.length) throw new Error('a field stands there twice');
    return `${entry.fields.length} of ${digests.length} digests opened; the others are fields not released, or padding`;
  });

  await step('key', "The log's key fits its name and id", () => {
    const key = parse_verifier_key(proof.verifier_key);
    if (pinned_key && pinned_key !== proof.verifier_key) throw new Error('it is not the key that this log had before');
    return `${key.name}, key ${to_hex(key.id)}`;
  });

  await step('signature', 'The log signed this checkpoint', async () => {
    const key = parse_verifier_key(proof.verifier_key);
    const note = parse_checkpoint(proof.checkpoint);
    if (note.origin !== key.name) throw new Error(`it belongs to another log: ${note.origin}`);
    if (!(await is_signed_by(note, key))) throw new Error('no valid Ed25519 signature of the log stands under it');
    return `Ed25519, over ${note.size.toLocaleString('en-US')} entries with root ${to_base64(note.root)}`;
  });

  await step('inclusion', 'The entry is in the tree under that root', () => {
    const note = parse_checkpoint(proof.checkpoint);
    const root = root_from_path(proof.index, note.size, leaf_hash(proof.leaf), proof.hashes.map(from_base64));
    if (!root) throw new Error(`the path of ${proof.hashes.length} hashes does not fit entry ${proof.index} of ${note.size}`);
    if (to_base64(root) !== to_base64(note.root)) throw new Error(`the path leads to another root: ${to_base64(root)}`);
    return `${proof.hashes.length} hashes lead from the entry to the root`;
  });

  return { ok: steps.every((s) => s.ok), steps };
}
