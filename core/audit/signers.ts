import { createPrivateKey, createPublicKey, sign } from 'node:crypto';

import { checkpointText, keyId, signatureLine } from '../../sdk/src/verify/index.ts';
import type { Keyring } from '../../kernel/crypto/keyring.ts';

/** An Ed25519 key that signs checkpoints. */
export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Buffer;
  sign(text: string): Buffer;
}

// The head of a PKCS #8 Ed25519 key; the 32 bytes of its seed follow.
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');
const made = new WeakMap<Keyring, readonly Signer[]>();

/** One for each master key, newest first: while a key is rotated, both sign. */
export function signersOf(keyring: Keyring): readonly Signer[] {
  const known = made.get(keyring);
  if (known !== undefined) return known;
  const signers = keyring.derive('operandi audit checkpoints').map(signerOf);
  made.set(keyring, signers);
  return signers;
}

function signerOf(seed: Uint8Array): Signer {
  const key = createPrivateKey({
    key: Buffer.concat([pkcs8Head, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return { publicKey: spki.subarray(-32), sign: (text) => sign(null, Buffer.from(text), key) };
}

/** The name of a tenant's log, and of the keys that sign it. */
export function originOf(tenantId: string): string {
  return `operandi/audit/${tenantId}`;
}

/** A checkpoint as a note signed by each of them. */
export function signCheckpoint(
  signers: readonly Signer[],
  { tenantId, size, root }: { tenantId: string; size: number; root: Uint8Array },
): string {
  const origin = originOf(tenantId);
  const text = checkpointText(origin, size, root);
  const lines = signers.map((signer) =>
    signatureLine(origin, keyId(origin, signer.publicKey), signer.sign(text)),
  );
  return `${text}\n${lines.join('')}`;
}
