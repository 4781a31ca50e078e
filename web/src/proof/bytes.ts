/** Strict decoders: what is not exactly the encoding is refused, so that two texts never mean the same bytes. */
export class BadEncoding extends Error {}

const base64_alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decode(text: string, alphabet: string): Uint8Array {
  const values = Array.from(text, (c) => alphabet.indexOf(c));
  if (values.includes(-1) || text.length % 4 === 1) throw new BadEncoding('not base64');
  const out = new Uint8Array(Math.floor((values.length * 6) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const value of values) {
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[at++] = (bits >> held) & 0xff;
    }
  }
  if ((bits & ((1 << held) - 1)) !== 0) throw new BadEncoding('base64 with stray bits');
  return out;
}

/** Standard base64 with padding, as notes and proofs use it. */
export function from_base64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new BadEncoding('base64 without its padding');
  return decode(text.replace(/={1,2}$/, ''), base64_alphabet);
}

/** base64url without padding, as disclosures use it (RFC 9901). */
export function from_base64url(text: string): Uint8Array {
  return decode(text, `${base64_alphabet.slice(0, 62)}-_`);
}

export function to_base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
export function to_base64url(bytes: Uint8Array): string {
  return to_base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
export function to_hex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}
/** Lower case, two digits a byte. */
export function from_hex(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new BadEncoding('not hexadecimal');
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
export function same_bytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
export const utf8 = (text: string) => new TextEncoder().encode(text);
export function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
