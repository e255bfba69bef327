import { createPrivateKey, createPublicKey, randomBytes, type KeyObject } from 'node:crypto';

const KEY_BYTES = 32;
/** What stands before the 32 bytes in the usual form of such keys (RFC 8410). */
const PRIVATE_FORM = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_FORM = Buffer.from('302a300506032b6570032100', 'hex');

/** The key that signs, and the id by which those who verify find its other half. */
export interface SigningKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** Reads `id:base64 of 32 bytes` as an Ed25519 private key; the message of its error never shows the key. */
export function parseSigningKey(text: string): SigningKey {
  const [id, bytes] = parsePart(text);
  const key = createPrivateKey({
    key: Buffer.concat([PRIVATE_FORM, bytes]),
    format: 'der',
    type: 'pkcs8',
  });
  return { id, key };
}

/** Reads `id:base64 of 32 bytes[,others…]` as Ed25519 public keys by their ids. */
export function parsePublicKeys(text: string): ReadonlyMap<string, KeyObject> {
  const keys = new Map<string, KeyObject>();
  for (const part of text.split(',')) {
    const [id, bytes] = parsePart(part);
    if (keys.has(id)) throw new TypeError(`assertion key: ${id} appears twice`);
    keys.set(
      id,
      createPublicKey({ key: Buffer.concat([PUBLIC_FORM, bytes]), format: 'der', type: 'spki' }),
    );
  }
  return keys;
}

/** What subgraphs are given for the key of a gateway. */
export function publicKeyOf(signingKey: string): string {
  const { id, key } = parseSigningKey(signingKey);
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return `${id}:${der.subarray(PUBLIC_FORM.length).toString('base64')}`;
}

/** A new key under an id that tells it from those before. */
export function newSigningKey(): string {
  return `k${randomBytes(4).toString('hex')}:${randomBytes(KEY_BYTES).toString('base64')}`;
}

function parsePart(part: string): readonly [string, Buffer] {
  const [, id, encoded] = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/=_-]+)\s*$/.exec(part) ?? [];
  if (id === undefined || encoded === undefined)
    throw new TypeError('assertion key: a part is not id:base64');
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== KEY_BYTES)
    throw new TypeError(`assertion key: ${id} has ${bytes.length} bytes, not ${KEY_BYTES}`);
  return [id, bytes];
}
