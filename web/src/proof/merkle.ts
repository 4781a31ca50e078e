import { sha256 } from '@noble/hashes/sha2.js';
import { joined, same_bytes, utf8 } from './bytes';

/** RFC 6962: a leaf is hashed behind a 0 byte, a pair behind a 1 byte, so that neither can pose as the other. */
export const leaf_hash = (leaf: string) => sha256(joined(Uint8Array.of(0), utf8(leaf)));
export const node_hash = (left: Uint8Array, right: Uint8Array) => sha256(joined(Uint8Array.of(1), left, right));

/** The root that follows from a leaf's hash and its path (RFC 9162 §2.1.3.2); undefined when the path has the wrong
 *  length for this index and size. Sizes stay below 2^53. */
export function root_from_path(index: number, size: number, leaf: Uint8Array, path: readonly Uint8Array[]): Uint8Array | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0 || sibling.length !== 32) return undefined;
    if (at % 2 === 1 || at === last) {
      hash = node_hash(sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : undefined;
}

export function is_included(index: number, size: number, leaf: string, path: readonly Uint8Array[], root: Uint8Array): boolean {
  const found = root_from_path(index, size, leaf_hash(leaf), path);
  return found !== undefined && same_bytes(found, root);
}
