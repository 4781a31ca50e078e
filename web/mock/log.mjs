// A small transparency log in memory, in the formats of the real one: RFC 6962 hashes, a checkpoint note signed with
// Ed25519, entries as salted commitments. The mock serves it; the proof tests check against it.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  parts.forEach((part) => hash.update(part));
  return hash.digest();
};
const leaf_hash = (leaf) => sha256(Uint8Array.of(0), leaf);
const node_hash = (left, right) => sha256(Uint8Array.of(1), left, right);
/** The largest power of two below n. */
const split_of = (n) => 2 ** Math.floor(Math.log2(n - 1));

const root_of = (hashes) => {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return hashes[0];
  const k = split_of(hashes.length);
  return node_hash(root_of(hashes.slice(0, k)), root_of(hashes.slice(k)));
};
const path_of = (index, hashes) => {
  if (hashes.length <= 1) return [];
  const k = split_of(hashes.length);
  return index < k
    ? [...path_of(index, hashes.slice(0, k)), root_of(hashes.slice(k))]
    : [...path_of(index - k, hashes.slice(k)), root_of(hashes.slice(0, k))];
};

/** An entry's leaf and its disclosures: 16 digests, real ones and decoys, sorted. */
export function commit(fields) {
  const disclosures = fields.map(({ name, value, release }) => {
    const text = Buffer.from(JSON.stringify([randomBytes(16).toString('base64url'), name, value])).toString('base64url');
    return { name, value, release, disclosure: text };
  });
  const digests = disclosures.map((d) => sha256(d.disclosure).toString('base64url'));
  while (digests.length < 16) digests.push(randomBytes(32).toString('base64url'));
  return { leaf: JSON.stringify({ _sd: digests.sort(), _sd_alg: 'sha-256', v: 1 }), disclosures };
}

export class Log {
  constructor(origin) {
    this.origin = origin;
    const { privateKey } = generateKeyPairSync('ed25519');
    this.key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const spki = createPublicKey(this.key).export({ type: 'spki', format: 'der' });
    const typed_key = Buffer.concat([Uint8Array.of(1), spki.subarray(-32)]);
    this.key_id = sha256(origin, '\n', typed_key).subarray(0, 4);
    this.verifier_key = `${origin}+${this.key_id.toString('hex')}+${typed_key.toString('base64')}`;
    this.hashes = [];
    this.entries = [];
  }
  get size() {
    return this.entries.length;
  }
  append(kind, fields = [], time = new Date().toISOString()) {
    const all = [{ name: 'kind', value: kind, release: 'at-once' }, { name: 'time', value: time, release: 'at-once' }, ...fields];
    const { leaf, disclosures } = commit(all);
    const index = this.entries.push({ index: this.entries.length, time, kind, fields: disclosures, leaf }) - 1;
    this.hashes.push(leaf_hash(leaf));
    return index;
  }
  checkpoint() {
    const root = root_of(this.hashes).toString('base64');
    const text = `${this.origin}\n${this.size}\n${root}\n`;
    const signature = Buffer.concat([this.key_id, sign(null, Buffer.from(text), this.key)]).toString('base64');
    return { size: this.size, root, note: `${text}\n— ${this.origin} ${signature}\n`, verifier_key: this.verifier_key, origin: this.origin };
  }
  proof(index) {
    const { note } = this.checkpoint();
    const hashes = path_of(index, this.hashes).map((hash) => hash.toString('base64'));
    return {
      index,
      leaf: this.entries[index].leaf,
      hashes,
      checkpoint: note,
      verifier_key: this.verifier_key,
      tlog_proof: `c2sp.org/tlog-proof@v1\nindex ${index}\n${hashes.join('\n')}\n\n${note}`,
    };
  }
}
