import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** What the SDK's verification takes of `node:crypto`, for browsers, whose own is asynchronous. */
export function hash(algorithm: string, data: Uint8Array, form: string): string {
  if (algorithm !== 'sha256' || form !== 'hex') throw new Error('only SHA-256 as hexadecimal');
  return bytesToHex(sha256(data));
}

/** The head of a SubjectPublicKeyInfo of Ed25519. */
const spkiHeadBytes = 12;

export function createPublicKey({ key }: { readonly key: Uint8Array }): Uint8Array {
  return key.subarray(spkiHeadBytes);
}

// oxlint-disable-next-line max-params -- as node:crypto has it
export function verify(
  _algorithm: null,
  data: Uint8Array,
  key: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    return ed25519.verify(signature, data, key);
  } catch {
    // A signature of another length is none.
    return false;
  }
}
