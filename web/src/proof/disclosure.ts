import { sha256 } from '@noble/hashes/sha2.js';
import { BadEncoding, from_base64url, to_base64url, utf8 } from './bytes';

/** What the log holds of an entry: 16 digests, real ones and padding, sorted. */
export function parse_leaf(leaf: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(leaf);
  } catch {
    throw new BadEncoding('the entry is not JSON');
  }
  const { _sd, _sd_alg, v } = (value ?? {}) as { _sd?: unknown; _sd_alg?: unknown; v?: unknown };
  if (_sd_alg !== 'sha-256' || v !== 1 || !Array.isArray(_sd) || !_sd.every((d): d is string => typeof d === 'string'))
    throw new BadEncoding('the entry is not in version 1 of the format');
  return _sd;
}

export const disclosure_digest = (disclosure: string) => to_base64url(sha256(utf8(disclosure)));

/** A disclosure is base64url of [salt, name, value]. */
export function parse_disclosure(disclosure: string): { salt: string; name: string; value: string } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(from_base64url(disclosure)));
  } catch (error) {
    throw error instanceof BadEncoding ? error : new BadEncoding('the disclosure is not JSON');
  }
  if (!Array.isArray(value) || value.length !== 3 || !value.every((v): v is string => typeof v === 'string'))
    throw new BadEncoding('the disclosure is not [salt, name, value]');
  const [salt = '', name = '', text = ''] = value as string[];
  return { salt, name, value: text };
}
