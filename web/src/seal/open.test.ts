import { ed25519 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Encrypter } from 'age-encryption';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '@/api/problem';
import { joined, to_base64, to_hex, utf8 } from '@/proof/bytes';
import { open_picture, page_recipient, payload_of } from './open';
import { fetch_picture } from './picture';

const read_id = 'read_01m81jkje0jjkjx24czywqkrd8';
const jpeg = joined(Uint8Array.of(0xff, 0xd8, 0xff), utf8('a picture of a street'));

/** As a camera makes it (docs/formats/age-sealed-picture.md), under a header for this page. */
async function sealed(change: { plain?: (p: Uint8Array) => Uint8Array; manifest?: (text: string) => string } = {}) {
  const padded = new Uint8Array(8192 - 32);
  padded.set(jpeg);
  const number = globalThis.crypto.getRandomValues(new Uint8Array(32));
  const encrypter = new Encrypter();
  encrypter.addRecipient(await page_recipient());
  const plain = joined(padded, number);
  const file = await encrypter.encrypt(change.plain ? change.plain(plain) : plain);
  const key = ed25519.keygen();
  const body = [
    'glasshouse-picture 1',
    'camera cam_01m81jkje0jjkjx24czywqkrd8',
    `read ${read_id}`,
    'captured 2026-11-24T18:00:00.123Z',
    'key-day 2026-11-24',
    'sequence 1',
    `previous ${'0'.repeat(64)}`,
    `payload ${to_hex(sha256(payload_of(file)))}`,
    `commitment ${to_hex(hmac(sha256, number, padded))}`,
    `key ${to_hex(key.publicKey)}`,
    '',
  ].join('\n');
  const text = `${body}signature ${to_hex(ed25519.sign(utf8(body), key.secretKey))}\n`;
  return { file, manifest: change.manifest ? change.manifest(text) : text };
}

describe('a sealed picture', () => {
  it('opens on the page that it was given to, with its padding', async () => {
    const { file, manifest } = await sealed();
    const opened = await open_picture(file, manifest, read_id);
    expect(to_hex(opened.subarray(0, jpeg.length))).toBe(to_hex(jpeg));
    expect(opened.length).toBe(8192 - 32);
  });

  it('is refused when it is not what the camera signed', async () => {
    const { file, manifest } = await sealed();
    await expect(open_picture(file, manifest, 'read_00000000000000000000000000')).rejects.toThrow('another read');
    await expect(open_picture(file, manifest.replace('sequence 1', 'sequence 2'), read_id)).rejects.toThrow('signature');
    await expect(open_picture(file, `${manifest}\n`, read_id)).rejects.toThrow();
    const other = await sealed();
    await expect(open_picture(other.file, manifest, read_id)).rejects.toThrow('another picture');
    const swapped = await sealed({ plain: (p) => joined(Uint8Array.of(0xff, 0xd8, 0xff), p.subarray(3, 40), Uint8Array.of(7), p.subarray(41)) });
    await expect(open_picture(swapped.file, swapped.manifest, read_id)).rejects.toThrow('another picture');
    const bent = new Uint8Array(file);
    bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1;
    await expect(open_picture(bent, manifest, read_id)).rejects.toThrow();
  });
});

describe('what the server answers', () => {
  afterEach(() => vi.unstubAllGlobals());
  const asked: string[] = [];
  const answers = (make: () => Response) =>
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(url);
      return Promise.resolve(make());
    });

  it('is opened here when it is sealed, and said to be open when it is not', async () => {
    const { file, manifest } = await sealed();
    answers(() => new Response(new Uint8Array(file), { headers: { 'Content-Type': 'application/age', 'X-Glasshouse-Manifest': to_base64(utf8(manifest)) } }));
    const shown = await fetch_picture({ path: '/p?case_id=1', read_id });
    expect([shown.sealed, shown.blob.type, shown.blob.size]).toEqual([true, 'image/jpeg', 8192 - 32]);
    expect(asked.at(-1)).toMatch(/^\/p\?case_id=1&to=age1[0-9a-z]{58}$/);
    answers(() => new Response(jpeg, { headers: { 'Content-Type': 'image/jpeg' } }));
    expect((await fetch_picture({ path: '/p', read_id })).sealed).toBe(false);
  });

  it('is said in words when it does not open or is gone', async () => {
    const { file } = await sealed();
    answers(() => new Response(new Uint8Array(file), { headers: { 'Content-Type': 'application/age' } }));
    await expect(fetch_picture({ path: '/p', read_id })).rejects.toMatchObject({ problem: { title: 'The picture could not be opened' } });
    answers(() => Response.json({ type: '/problems/picture-shredded', title: 'The picture cannot be opened any more', status: 410 }, { status: 410 }));
    const gone = await fetch_picture({ path: '/p', read_id }).catch((error: unknown) => error);
    expect(gone).toBeInstanceOf(ApiProblem);
    expect((gone as ApiProblem).problem.title).toBe('The picture cannot be opened any more');
  });
});
