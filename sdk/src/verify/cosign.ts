import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

import { keyId, signatureLine, type Checkpoint, type VerifierKey } from './note.ts';

/** The byte by which C2SP signed-note tells keys of cosignatures from others. */
export const cosignatureType = 4;

/** A witness: who says which tree of a log it has seen. */
export interface Cosigner {
  readonly name: string;
  /** An Ed25519 key that signs nothing else. */
  readonly privateKey: KeyObject;
}

/** The public half of a key of Ed25519, 32 bytes. */
export function rawPublicKey(privateKey: KeyObject): Buffer {
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  return createPublicKey(createPrivateKey(pem))
    .export({ format: 'der', type: 'spki' })
    .subarray(-32);
}

/** C2SP tlog-cosignature: the line that says that the checkpoint was seen at that time, in seconds. */
export function cosign({ name, privateKey }: Cosigner, text: string, seconds: number): string {
  const id = keyId(name, rawPublicKey(privateKey), cosignatureType);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const signature = sign(null, Buffer.from(messageOf(text, seconds)), privateKey);
  return signatureLine(name, id, Buffer.concat([time, signature]));
}

/** When the witness has cosigned, in seconds; undefined when it has not, or the cosignature does not hold. */
export function cosignedAt(checkpoint: Checkpoint, witness: VerifierKey): number | undefined {
  for (const { name, id, bytes } of checkpoint.signatures) {
    if (name !== witness.name || id !== witness.id || bytes.length !== 72) continue;
    const seconds = Number(bytes.readBigUInt64BE());
    const message = Buffer.from(messageOf(checkpoint.text, seconds));
    if (verify(null, message, witness.key, bytes.subarray(8))) return seconds;
  }
  return undefined;
}

function messageOf(text: string, seconds: number): string {
  return `cosignature/v1\ntime ${seconds}\n${text}`;
}
