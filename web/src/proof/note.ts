import { sha256 } from '@noble/hashes/sha2.js';
import { BadEncoding, from_base64, joined, same_bytes, to_hex, utf8 } from './bytes';
import { verify_ed25519 } from './ed25519';

/** A log's public key as "name+hex8+base64(1 ‖ 32 bytes)" (C2SP signed-note). */
export interface VerifierKey {
  name: string;
  id: Uint8Array;
  key: Uint8Array;
}
const ed25519_type = 1;

export function parse_verifier_key(text: string): VerifierKey {
  // The base64 part may hold "+" itself: only the first two are separators.
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  if (!parts) throw new BadEncoding('the verifier key has not the form name+id+key');
  const [, name = '', hex = '', encoded = ''] = parts;
  const typed = from_base64(encoded);
  if (typed.length !== 33 || typed[0] !== ed25519_type) throw new BadEncoding('the verifier key is no Ed25519 key');
  const id = sha256(joined(utf8(`${name}\n`), typed)).slice(0, 4);
  if (to_hex(id) !== hex) throw new BadEncoding("the verifier key's id does not fit its name and key");
  return { name, id, key: typed.slice(1) };
}

export interface Note {
  text: string;
  origin: string;
  size: number;
  root: Uint8Array;
  signatures: { name: string; id: Uint8Array; signature: Uint8Array }[];
}

/** A checkpoint: origin, size, root; a blank line; signature lines. */
export function parse_checkpoint(note: string): Note {
  const split = note.indexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) throw new BadEncoding('the checkpoint has no signature part');
  const text = note.slice(0, split + 1);
  const [origin = '', size_text = '', root_text = ''] = text.split('\n');
  if (!origin || !/^(0|[1-9][0-9]{0,15})$/.test(size_text)) throw new BadEncoding('the checkpoint has no origin or size');
  const root = from_base64(root_text);
  if (root.length !== 32) throw new BadEncoding("the checkpoint's root is not 32 bytes");
  const signatures = note
    .slice(split + 2, -1)
    .split('\n')
    .map((line) => {
      const parts = /^\u2014 (\S+) (\S+)$/.exec(line);
      if (!parts) throw new BadEncoding('a signature line has not its form');
      const bytes = from_base64(parts[2] ?? '');
      if (bytes.length < 5) throw new BadEncoding('a signature is too short');
      return { name: parts[1] ?? '', id: bytes.slice(0, 4), signature: bytes.slice(4) };
    });
  return { text, origin, size: Number(size_text), root, signatures };
}

/** Whether the log itself signed this note: by name and by key id, not merely by any key. */
export async function is_signed_by(note: Note, key: VerifierKey): Promise<boolean> {
  const own = note.signatures.filter((s) => s.name === key.name && same_bytes(s.id, key.id));
  if (own.length === 0) return false;
  const results = await Promise.all(own.map((s) => verify_ed25519(s.signature, utf8(note.text), key.key)));
  return results.every(Boolean);
}
