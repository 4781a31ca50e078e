import { describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { Log, type MockEntry, type MockProof } from '../../mock/log.mjs';
import { from_base64, from_base64url, to_base64 } from './bytes';
import { check_proof } from './check';
import { disclosure_digest, parse_disclosure, parse_leaf } from './disclosure';
import { is_included, leaf_hash, node_hash, root_from_path } from './merkle';
import { parse_checkpoint, parse_verifier_key } from './note';

const origin = 'glasshouse.example/test-town';

function log_of(size: number): Log {
  const log = new Log(origin);
  for (let i = 0; i < size; ++i)
    log.append('search', [
      { name: 'purpose', value: `stolen-vehicle ${i}`, release: 'after-24h' },
      { name: 'plate', value: 'ÖH “1”', release: 'restricted' },
    ]);
  return log;
}
const entry_of = (log: Log, index: number): MockEntry => {
  const entry = log.entries[index];
  if (!entry) throw new Error('no such entry');
  return entry;
};
const failed = async (entry: MockEntry, proof: MockProof, pinned?: string) =>
  (await check_proof(entry, proof, pinned)).steps.filter((s) => !s.ok).map((s) => s.id);

/** Changes one bit of a base64 text's bytes. */
const flipped = (text: string, at = 0) => {
  const bytes = from_base64(text);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return to_base64(bytes);
};

describe('vectors from outside', () => {
  it('hashes leaves and nodes as RFC 6962 does', () => {
    expect(Buffer.from(leaf_hash('')).toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    const by_node = createHash('sha256').update(Uint8Array.of(1)).update(leaf_hash('a')).update(leaf_hash('b')).digest('hex');
    expect(Buffer.from(node_hash(leaf_hash('a'), leaf_hash('b'))).toString('hex')).toBe(by_node);
  });
  it('digests a disclosure as RFC 9901 does', () => {
    // The example of RFC 9901, section 4.2.1.
    const disclosure = 'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0';
    expect(disclosure_digest(disclosure)).toBe('X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0');
    expect(parse_disclosure(disclosure)).toEqual({ salt: '_26bc4LT-ac6q2KI6cBW5es', name: 'family_name', value: 'Möbius' });
  });
  it('reads the checkpoint key that the Go checksum database publishes', () => {
    const key = parse_verifier_key('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8');
    expect(key.name).toBe('sum.golang.org');
  });
});

describe('inclusion', () => {
  it('holds for every entry of these sizes, and for no other index', () => {
    for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17]) {
      const log = log_of(size);
      const root = parse_checkpoint(log.checkpoint().note).root;
      for (let index = 0; index < size; ++index) {
        const proof = log.proof(index);
        const path = proof.hashes.map(from_base64);
        expect(is_included(index, size, proof.leaf, path, root)).toBe(true);
        for (let other = 0; other <= size; ++other) if (other !== index) expect(is_included(other, size, proof.leaf, path, root)).toBe(false);
      }
    }
  });
  it('refuses paths that are too short, too long or out of order', () => {
    const log = log_of(11);
    const root = parse_checkpoint(log.checkpoint().note).root;
    const proof = log.proof(5);
    const path = proof.hashes.map(from_base64);
    expect(is_included(5, 11, proof.leaf, path.slice(1), root)).toBe(false);
    expect(is_included(5, 11, proof.leaf, [...path, root], root)).toBe(false);
    expect(is_included(5, 11, proof.leaf, path.toReversed(), root)).toBe(false);
    expect(root_from_path(11, 11, leaf_hash(proof.leaf), path)).toBeUndefined();
    expect(root_from_path(-1, 11, leaf_hash(proof.leaf), path)).toBeUndefined();
    expect(root_from_path(0, 0, leaf_hash(proof.leaf), [])).toBeUndefined();
  });
});

describe('check_proof', () => {
  const log = log_of(300);
  it('accepts honest entries', async () => {
    for (const index of [0, 1, 127, 128, 255, 256, 299]) {
      const result = await check_proof(entry_of(log, index), log.proof(index), log.verifier_key);
      expect(result.steps.map((s) => `${s.id} ${s.ok}`)).toEqual(['leaf true', 'fields true', 'key true', 'signature true', 'inclusion true']);
      expect(result.ok).toBe(true);
    }
  });
  it('accepts an entry of which only some fields are released', async () => {
    const entry = entry_of(log, 42);
    expect(await failed({ ...entry, fields: entry.fields.slice(0, 2) }, log.proof(42))).toEqual([]);
  });
  it('finds every place that was changed', async () => {
    const entry = entry_of(log, 42);
    const proof = log.proof(42);
    const [text = '', signature_part = ''] = proof.checkpoint.split('\n\n');
    const signature = signature_part.trim().split(' ')[2] ?? '';
    const other = log_of(300);
    const field = entry.fields[2];
    if (!field) throw new Error('no field');
    const rewritten = Buffer.from(JSON.stringify([parse_disclosure(field.disclosure).salt, field.name, 'other'])).toString('base64url');

    expect(await failed(entry, { ...proof, index: 43 })).toEqual(['leaf', 'inclusion']);
    expect(await failed({ ...entry, leaf: entry.leaf.replace('"v":1', '"v":1 ') }, proof)).toEqual(['leaf']);
    expect(await failed({ ...entry, fields: [{ ...field, value: 'other' }] }, proof)).toEqual(['fields']);
    expect(await failed({ ...entry, fields: [{ ...field, value: 'other', disclosure: rewritten }] }, proof)).toEqual(['fields']);
    expect(await failed({ ...entry, fields: [field, field] }, proof)).toEqual(['fields']);
    expect(await failed({ ...entry, kind: 'export' }, proof)).toEqual(['fields']);
    expect(await failed({ ...entry, fields: [] }, proof)).toEqual(['fields']);
    expect(await failed(entry, { ...proof, hashes: proof.hashes.with(3, flipped(proof.hashes[3] ?? '')) })).toEqual(['inclusion']);
    expect(await failed(entry, { ...proof, hashes: proof.hashes.slice(0, -1) })).toEqual(['inclusion']);
    expect(await failed(entry, { ...proof, checkpoint: proof.checkpoint.replace('\n300\n', '\n301\n') })).toContain('signature');
    expect(await failed(entry, { ...proof, checkpoint: proof.checkpoint.replace(signature, flipped(signature, 40)) })).toEqual(['signature']);
    expect(await failed(entry, { ...proof, checkpoint: proof.checkpoint.replace(signature, flipped(signature, 0)) })).toEqual(['signature']);
    expect(await failed(entry, { ...proof, checkpoint: `${text}\n` })).toEqual(['signature', 'inclusion']);
    expect(await failed(entry, { ...proof, verifier_key: other.verifier_key })).toEqual(['signature']);
    expect(await failed(entry, { ...proof, verifier_key: proof.verifier_key.replace('+', '+0').slice(0, -1) })).toEqual(['key', 'signature']);
    expect(await failed(entry, proof, other.verifier_key)).toEqual(['key']);
    expect(await failed(entry, { ...proof, checkpoint: other.checkpoint().note })).toEqual(['signature', 'inclusion']);
  });
  it('believes a note only under the name and id of its own key', async () => {
    const proof = log.proof(7);
    const renamed = proof.checkpoint.replace(`\u2014 ${origin} `, '\u2014 somebody.example ');
    expect(await failed(entry_of(log, 7), { ...proof, checkpoint: renamed })).toEqual(['signature']);
  });
  it('rejects 300 random one-byte changes of leaf, path and checkpoint', async () => {
    const proof = log.proof(99);
    const entry = entry_of(log, 99);
    let accepted = 0;
    for (let i = 0; i < 300; ++i) {
      const part = (['leaf', 'checkpoint', 'hashes'] as const)[i % 3] ?? 'leaf';
      const text = part === 'hashes' ? proof.hashes.join('\n') : proof[part];
      const at = (i * 7919) % text.length;
      const put = String.fromCharCode(text.charCodeAt(at) === 65 ? 66 : 65);
      const changed = text.slice(0, at) + put + text.slice(at + 1);
      const result = await check_proof(part === 'leaf' ? { ...entry, leaf: changed } : entry, { ...proof, [part]: part === 'hashes' ? changed.split('\n') : changed });
      if (result.ok) accepted += 1;
    }
    expect(accepted).toBe(0);
  });
});

describe('parsers', () => {
  it('refuse what is not exactly the encoding', () => {
    for (const bad of ['A', 'AA', 'AB==', 'A===', 'AA=A', 'A A=', '____', 'AAAA=']) expect(() => from_base64(bad)).toThrow();
    for (const bad of ['A', 'AB', 'AA==', '+A']) expect(() => from_base64url(bad)).toThrow();
    expect([...from_base64('AQI=')]).toEqual([1, 2]);
  });
  it('refuse leaves and disclosures of another shape', () => {
    for (const bad of ['', '[]', 'null', '{"_sd":["a"],"_sd_alg":"sha-1","v":1}', '{"_sd":[1],"_sd_alg":"sha-256","v":1}', '{"_sd":[],"_sd_alg":"sha-256","v":2}'])
      expect(() => parse_leaf(bad)).toThrow();
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const bad of [['a', 'b'], ['a', 'b', 1], { a: 1 }, 'text']) expect(() => parse_disclosure(encoded(bad))).toThrow();
  });
  it('refuse notes without signature, size or root', () => {
    for (const bad of ['', 'a\n1\n', 'a\nx\nAAAA\n\n\u2014 a AAAAAAAA\n', 'a\n01\nAAAA\n\n\u2014 a AAAAAAAA\n', 'a\n1\nAAAA\n\n\u2014 a AAAAAAAA\n']) expect(() => parse_checkpoint(bad)).toThrow();
  });
});
