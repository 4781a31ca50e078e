/**
 * Opens sealed pictures, in a chunk of its own that is fetched with the first of them. The key is the one that the person's
 * passkey keeps; without such a passkey it is made here, for as long as the page stands open. Where the browser can, no
 * script can read it out.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { to_hex, utf8 } from '@/proof/bytes';
import { read_manifest } from './manifest';
import { own_key } from './own_key';

const number_bytes = 32;

interface Key {
  identity: string | CryptoKey;
  recipient: string;
}
let page_key: Promise<Key> | undefined;

async function make_key(): Promise<Key> {
  let identity: string | CryptoKey;
  try {
    const pair = (await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits'])) as CryptoKeyPair;
    identity = pair.privateKey;
  } catch {
    identity = await generateX25519Identity(); // an older browser
  }
  return { identity, recipient: await identityToRecipient(identity) };
}

const key_in_use = async (): Promise<Key> => (await own_key()) ?? (page_key ??= make_key());

export async function page_recipient(): Promise<string> {
  return (await key_in_use()).recipient;
}

/** A key for one package, as a file that Debian's `age -i` takes. */
export async function package_key(): Promise<{ identity: string; recipient: string }> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** Where the payload begins: after the header's last line. */
export function payload_of(file: Uint8Array): Uint8Array {
  const mark = utf8('\n--- ');
  const limit = Math.min(file.length, 16 * 1024);
  for (let at = 0; at < limit; ++at) {
    if (mark.every((byte, i) => file[at + i] === byte)) {
      const end = file.indexOf(10, at + mark.length);
      if (end > 0) return file.subarray(end + 1);
    }
  }
  throw new Error('the file has no age header');
}

/** The JPEG with its padding; throws when it does not open, or is not what the camera signed about this read. */
export async function open_picture(file: Uint8Array, manifest_text: string, read_id: string): Promise<Uint8Array<ArrayBuffer>> {
  const manifest = await read_manifest(manifest_text);
  if (manifest.read !== read_id) throw new Error('the manifest is of another read');
  if (to_hex(sha256(payload_of(file))) !== manifest.payload) throw new Error('the camera signed another picture');
  const decrypter = new Decrypter();
  decrypter.addIdentity((await key_in_use()).identity);
  const plain = new Uint8Array(await decrypter.decrypt(file));
  const end = plain.length - number_bytes;
  if (end < 0 || to_hex(hmac(sha256, plain.subarray(end), plain.subarray(0, end))) !== manifest.commitment) throw new Error('the camera signed another picture');
  return plain.subarray(0, end);
}
