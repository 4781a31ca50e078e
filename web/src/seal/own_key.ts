/**
 * The key that opens pictures, where a person's passkey can keep one (docs/formats/passkey.md). Its secret lies on the
 * server wrapped by what only the passkey computes; here it lives as a key that no script can read out, so that a page
 * that is loaded again still opens pictures, until its person signs out or locks the screen.
 */
import { api, call } from '@/api/client';
import { from_base64url, joined, to_base64url, utf8 } from '@/proof/bytes';

interface OwnKey {
  identity: CryptoKey;
  recipient: string;
}

const iv_bytes = 12;
const x25519 = { name: 'X25519' };

function keys(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('glasshouse', 1);
    opening.onupgradeneeded = () => void opening.result.createObjectStore('keys');
    opening.onerror = () => reject(opening.error ?? new Error('no store'));
    opening.onsuccess = () => {
      const database = opening.result;
      const done = act(database.transaction('keys', mode).objectStore('keys'));
      done.onsuccess = () => resolve(done.result);
      done.onerror = () => reject(done.error ?? new Error('no store'));
      database.close();
    };
  });
}

let held: Promise<OwnKey | undefined> | undefined;

/** undefined: pictures are opened with a key of the page's own. */
export function own_key(): Promise<OwnKey | undefined> {
  return (held ??= keys('readonly', (store) => store.get('pictures')).then(
    (found) => found as OwnKey | undefined,
    () => undefined, // a private window of an older browser keeps nothing
  ));
}

export async function drop_picture_key(): Promise<void> {
  held = Promise.resolve(undefined);
  await keys('readwrite', (store) => store.delete('pictures')).catch(() => undefined);
}

async function wrapping_key(secret: ArrayBuffer): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: utf8('glasshouse picture key 1') as BufferSource };
  return crypto.subtle.deriveKey(how, base, { name: 'AES-GCM', length: 256 }, false, ['wrapKey', 'unwrapKey']);
}

const sealed_as = (iv: Uint8Array, passkey_id: string) => ({ name: 'AES-GCM', iv: iv as BufferSource, additionalData: utf8(passkey_id) as BufferSource });

/** After a passkey was used: takes its key into this browser, or makes one the first time. Without a secret there is none. */
export async function hold_picture_key(secret: ArrayBuffer | undefined): Promise<void> {
  if (!secret) return drop_picture_key();
  const { identityToRecipient } = await import('age-encryption');
  const kept = await call(api.GET('/api/v1/me/picture-key'));
  const wrapping = await wrapping_key(secret);
  let wrapped = kept.wrapped_key ? new Uint8Array(from_base64url(kept.wrapped_key)) : undefined;
  const is_new = !wrapped;
  if (!wrapped) {
    const pair = (await crypto.subtle.generateKey(x25519, true, ['deriveBits'])) as CryptoKeyPair;
    const iv = crypto.getRandomValues(new Uint8Array(iv_bytes));
    wrapped = joined(iv, new Uint8Array(await crypto.subtle.wrapKey('pkcs8', pair.privateKey, wrapping, sealed_as(iv, kept.passkey_id))));
  }
  const identity = await crypto.subtle.unwrapKey('pkcs8', wrapped.subarray(iv_bytes), wrapping, sealed_as(wrapped.subarray(0, iv_bytes), kept.passkey_id), x25519, false, ['deriveBits']);
  const recipient = await identityToRecipient(identity);
  if (is_new) await call(api.PUT('/api/v1/me/picture-key', { body: { recipient, wrapped_key: to_base64url(wrapped) } }));
  const own: OwnKey = { identity, recipient };
  held = Promise.resolve(own);
  await keys('readwrite', (store) => store.put(own, 'pictures')).catch(() => undefined);
}
