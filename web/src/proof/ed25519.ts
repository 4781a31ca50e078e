import { joined } from './bytes';

/** By the browser's own Ed25519 where it has it (Chrome 137, Firefox 129, Safari 17), else by a library's. */
export async function verify_ed25519(signature: Uint8Array, message: Uint8Array, key: Uint8Array): Promise<boolean> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle) {
    try {
      const imported = await subtle.importKey('raw', joined(key), { name: 'Ed25519' }, false, ['verify']);
      return await subtle.verify({ name: 'Ed25519' }, imported, joined(signature), joined(message));
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NotSupportedError') return false;
    }
  }
  const { ed25519 } = await import('@noble/curves/ed25519.js');
  try {
    return ed25519.verify(signature, message, key);
  } catch {
    return false;
  }
}
