// Grows real ledgers, takes proofs from them with `glasshouse ledger prove`, and has sigstore's verifier (npm @sigstore/verify,
// its internal files, hence the pinned version) check signature and inclusion. Then damages proofs, checkpoints and entries: none
// may pass. LEDGER_GROW and LEDGER_TOOL name the programs.
//   check.mjs [--slow] [--tsv]     --slow: up to 1,000,000 entries
import { execFileSync } from 'node:child_process';
import { createPublicKey, randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const tlog = join(dirname(require.resolve('@sigstore/verify')), 'tlog');
const { verifyCheckpoint } = require(join(tlog, 'checkpoint.js'));
const { verifyMerkleInclusion } = require(join(tlog, 'merkle.js'));

const slow = process.argv.includes('--slow');
const sizes = [1, 2, 3, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537, ...(slow ? [1_000_000] : [])];
const proofs_a_log = 12;
const damages_a_proof = 8;

/** "name+hex8+base64(0x01 || key)" as sigstore keeps a log's key. */
function trusted(verifier_key) {
  const [name, , text] = verifier_key.trim().match(/^(.+)\+([0-9a-f]{8})\+(.+)$/).slice(1);
  const hint = Buffer.from(verifier_key.trim().match(/\+([0-9a-f]{8})\+/)[1], 'hex');
  const key = Buffer.from(text, 'base64').subarray(1);
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  return { logID: hint, publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }), baseURL: name };
}

/** A .tlog-proof: a line that names the format, "index N", the hashes, an empty line, the checkpoint. */
function parse_proof(text) {
  const at = text.indexOf('\n\n');
  const lines = text.slice(0, at).split('\n');
  const index = lines.find((line) => line.startsWith('index ')).slice(6);
  const hashes = lines.slice(lines.findIndex((line) => line.startsWith('index ')) + 1).map((line) => Buffer.from(line, 'base64'));
  return { index, hashes, checkpoint: text.slice(at + 2) };
}

/** The bytes of one entry, out of its bundle of tile/entries: each behind its length in two bytes. */
function entry_bytes(dir, index, size) {
  const bundle = Math.floor(index / 256);
  const rest = String(bundle % 1000).padStart(3, '0');
  let folder = '';
  for (let above = Math.floor(bundle / 1000); above > 0; above = Math.floor(above / 1000)) folder = `x${String(above % 1000).padStart(3, '0')}/${folder}`;
  const whole = join(dir, 'tile/entries', folder + rest);
  const bytes = readFileSync(existsSync(whole) ? whole : `${whole}.p/${size - bundle * 256}`);
  let at = 0;
  for (let i = 0; i < index % 256; ++i) at += 2 + bytes.readUInt16BE(at);
  return bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at));
}

function accepts(log, { leaf, index, hashes, checkpoint }) {
  try {
    const entry = { canonicalizedBody: leaf, inclusionProof: { logIndex: index, hashes, checkpoint: { envelope: checkpoint } } };
    verifyMerkleInclusion(entry, verifyCheckpoint(entry, [log]));
    return true;
  } catch {
    return false;
  }
}

function flip(bytes) {
  const copy = Buffer.from(bytes);
  copy[randomInt(copy.length)] ^= 1 << randomInt(8);
  return copy;
}

/** One thing in it changed: the entry, a hash, how many, the index, or a bit of the checkpoint's signed text. */
function damaged(proof, size) {
  switch (randomInt(5)) {
    case 0:
      return { ...proof, leaf: flip(proof.leaf) };
    case 1: {
      if (proof.hashes.length === 0) return { ...proof, hashes: [Buffer.alloc(32, 7)] };
      const at = randomInt(proof.hashes.length);
      return { ...proof, hashes: proof.hashes.map((hash, i) => (i === at ? flip(hash) : hash)) };
    }
    case 2:
      return proof.hashes.length > 0 ? { ...proof, hashes: proof.hashes.slice(1) } : { ...proof, hashes: [proof.leaf] };
    case 3:
      return { ...proof, index: size > 1 ? String((Number(proof.index) + 1 + randomInt(size - 1)) % size) : '1' };
    default: {
      const text = Buffer.from(proof.checkpoint);
      const signed = proof.checkpoint.indexOf('\n\n') + 1;
      const at = randomInt(signed);
      text[at] ^= 1 << randomInt(7);
      return { ...proof, checkpoint: text.toString('utf8') };
    }
  }
}

const work = mkdtempSync(join(tmpdir(), 'ledger-js-'));
let accepted = 0;
let refused_good = 0;
let tried = 0;
let slipped = 0;
try {
  execFileSync(process.env.LEDGER_GROW, [join(work, 'live'), join(work, 'key'), 'one', join(work, 'one'), ...sizes.map(String)], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (const size of sizes) {
    const dir = join(work, 'one', String(size));
    const log = trusted(readFileSync(join(dir, 'log.vkey'), 'utf8'));
    const indexes = new Set([0, size - 1, ...Array.from({ length: proofs_a_log }, () => randomInt(size))]);
    for (const index of indexes) {
      const text = execFileSync(process.env.LEDGER_TOOL, ['prove', dir, String(index)], { encoding: 'utf8' });
      const proof = { ...parse_proof(text), leaf: entry_bytes(dir, index, size) };
      if (accepts(log, proof)) ++accepted;
      else {
        ++refused_good;
        console.error(`sigstore refuses entry ${index} of ${size}`);
      }
      for (let i = 0; i < damages_a_proof; ++i) {
        ++tried;
        if (accepts(log, damaged(proof, size))) {
          ++slipped;
          console.error(`sigstore accepts a damaged proof of entry ${index} of ${size}`);
        }
      }
    }
  }
} finally {
  rmSync(work, { recursive: true });
}
if (process.argv.includes('--tsv')) {
  console.log(`log.sigstore_accepted\t${(100 * accepted) / (accepted + refused_good)}\t%`);
  console.log(`log.sigstore_damaged_accepted\t${slipped}\tproofs`);
} else console.log(`  count sigstore: ${accepted} of ${accepted + refused_good} proofs of ${sizes.length} logs accepted, ${slipped} of ${tried} damaged ones`);
process.exit(refused_good + slipped === 0 && accepted > 50 ? 0 : 1);
