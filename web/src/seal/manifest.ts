import { from_hex, utf8 } from '@/proof/bytes';
import { verify_ed25519 } from '@/proof/ed25519';

/** What a camera signed about a picture: docs/formats/age-sealed-picture.md. */
export interface Manifest {
  camera: string;
  read: string;
  payload: string;
  commitment: string;
}

const names = ['glasshouse-picture', 'camera', 'read', 'captured', 'key-day', 'sequence', 'previous', 'payload', 'commitment', 'key', 'signature'];

/** Throws when a line is missing or the signature does not fit. */
export async function read_manifest(text: string): Promise<Manifest> {
  const lines = text.split('\n');
  const of: Record<string, string> = {};
  if (lines.length !== names.length + 1 || lines.at(-1) !== '') throw new Error('the manifest has not its lines');
  names.forEach((name, i) => {
    const line = lines[i] ?? '';
    if (!line.startsWith(`${name} `)) throw new Error(`the manifest has no ${name}`);
    of[name] = line.slice(name.length + 1);
  });
  if (of['glasshouse-picture'] !== '1') throw new Error('the manifest is of another version');
  const body = text.slice(0, text.lastIndexOf('signature '));
  if (!(await verify_ed25519(from_hex(of.signature ?? ''), utf8(body), from_hex(of.key ?? '')))) throw new Error("the manifest's signature does not fit");
  return { camera: of.camera ?? '', read: of.read ?? '', payload: of.payload ?? '', commitment: of.commitment ?? '' };
}
