import { createPublicKey, verify, type KeyObject } from 'node:crypto';

import { digest } from './merkle.ts';

/** A public key as signed notes write it: `name+id+base64`. */
export interface VerifierKey {
  readonly name: string;
  /** First four bytes of SHA-256 over name, newline, 01 and the key, hexadecimal. */
  readonly id: string;
  readonly key: KeyObject;
}

/** What a checkpoint says. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly signatures: readonly NoteSignature[];
  /** What is signed. */
  readonly text: string;
}

export interface NoteSignature {
  readonly name: string;
  readonly id: string;
  readonly bytes: Buffer;
}

const ed25519 = 1;
// The head of a SubjectPublicKeyInfo of Ed25519; the 32 bytes of the key follow.
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');

/** C2SP signed-note: the id of an Ed25519 key under a name; keys of witnesses have a type of their own. */
export function keyId(name: string, publicKey: Uint8Array, type = ed25519): string {
  const named = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]);
  return digest(named).subarray(0, 4).toString('hex');
}

/** The text form of a public key under a name. */
export function formatVerifierKey(name: string, publicKey: Uint8Array, type = ed25519): string {
  const encoded = Buffer.concat([Buffer.of(type), publicKey]).toString('base64');
  return `${name}+${keyId(name, publicKey, type)}+${encoded}`;
}

/** Reads such a text; throws if the id does not belong to the key. */
export function parseVerifierKey(text: string, type = ed25519): VerifierKey {
  const [, name = '', id = '', encoded = ''] =
    /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== 33 || bytes[0] !== type) throw new Error('this is no Ed25519 verifier key');
  const raw = bytes.subarray(1);
  if (keyId(name, raw, type) !== id) throw new Error('the id does not belong to the key');
  const key = createPublicKey({ key: Buffer.concat([spkiHead, raw]), format: 'der', type: 'spki' });
  return { name, id, key };
}

/** C2SP tlog-checkpoint: the text that is signed. */
export function checkpointText(origin: string, size: number, root: Uint8Array): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** A note's line for one signature. */
export function signatureLine(name: string, id: string, signature: Uint8Array): string {
  return `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`;
}

/** Reads a signed checkpoint; says nothing of whether its signatures hold. */
export function parseCheckpoint(note: string): Checkpoint {
  const end = note.lastIndexOf('\n\n');
  if (end === -1) throw new Error('a checkpoint has no signatures');
  const text = note.slice(0, end + 1);
  const [origin = '', size = '', root = ''] = text.split('\n');
  const bytes = Buffer.from(root, 'base64');
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || bytes.length !== 32)
    throw new Error('this is no checkpoint');
  return {
    origin,
    size: Number(size),
    root: bytes,
    text,
    signatures: note
      .slice(end + 2)
      .split('\n')
      .filter(Boolean)
      .map(parseSignature),
  };
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length < 5) throw new Error('a line of the note is no signature');
  return { name, id: bytes.subarray(0, 4).toString('hex'), bytes: bytes.subarray(4) };
}

/** True when one of the keys has signed; false also when the signature of a known key does not hold. */
export function isSignedBy(checkpoint: Checkpoint, keys: readonly VerifierKey[]): boolean {
  const checks = checkpoint.signatures.flatMap(({ name, id, bytes }) =>
    keys
      .filter((key) => key.name === name && key.id === id)
      .map(({ key }) => verify(null, Buffer.from(checkpoint.text), key, bytes)),
  );
  return checks.length > 0 && checks.every(Boolean);
}
