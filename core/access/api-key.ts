import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

import { sha256, sha256Hex } from '../../kernel/crypto/hash.ts';
import type { Services } from '../context.ts';

const publicIdBytes = 8;
const secretBytes = 24;
const shape = /^(op[kst])_([a-z]+)_([0-9a-f]{16})_([0-9a-f]{48})([0-9a-f]{8})$/;

/** What a text of this form stands for, by how it begins. */
const marks = { key: 'opk', session: 'ops', token: 'opt' } as const;

export type CredentialKind = keyof typeof marks;

const kinds = ['key', 'session', 'token'] as const satisfies readonly CredentialKind[];

/** A fresh key: `whole` is shown once, `publicId` finds the row, `secretHash` proves the secret. */
export interface NewKey {
  readonly whole: string;
  readonly publicId: string;
  readonly secretHash: Uint8Array<ArrayBuffer>;
}

/** The mark in a key that keeps one of an embedded trial from being tried on a real installation. */
export function environmentOf(database: Pick<Services['database'], 'isEmbedded'>): string {
  return database.isEmbedded ? 'local' : 'live';
}

/** `<mark>_<environment>_<publicId>_<192-bit secret><crc>`; the checksum lets scanners tell keys from noise. */
export function newKey(environment: string, kind: CredentialKind = 'key'): NewKey {
  const publicId = randomBytes(publicIdBytes).toString('hex');
  const secret = randomBytes(secretBytes).toString('hex');
  const stem = `${keyPrefix(environment, publicId, kind)}_${secret}`;
  return { whole: `${stem}${checksum(stem)}`, publicId, secretHash: hashSecret(secret) };
}

/** The start of a key that may be shown. */
export function keyPrefix(
  environment: string,
  publicId: string,
  kind: CredentialKind = 'key',
): string {
  return `${marks[kind]}_${environment}_${publicId}`;
}

export function isCredentialKind(text: string | undefined): text is CredentialKind {
  return kinds.some((kind) => kind === text);
}

/** What a presented key claims: which row, and the hash of the secret that must be in it. */
export interface PresentedKey {
  readonly kind: CredentialKind;
  readonly publicId: string;
  readonly secretHash: Uint8Array<ArrayBuffer>;
}

/** Reads a presented key. Noise gets an id that no row has, so that refusing it takes the same steps. */
export function readKey(environment: string, presented: string): PresentedKey {
  const [, start, mark, publicId = '', secret = '', check] = shape.exec(presented) ?? [];
  const kind = kinds.find((each) => marks[each] === start) ?? 'key';
  const stem = `${keyPrefix(environment, publicId, kind)}_${secret}`;
  const isWellFormed = mark === environment && check === checksum(stem);
  const noise = sha256Hex(presented).slice(0, 2 * publicIdBytes);
  return { kind, publicId: isWellFormed ? publicId : noise, secretHash: hashSecret(secret) };
}

// A fast hash is right here: 192 random bits cannot be guessed, however fast the guessing.
function hashSecret(secret: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(sha256(secret));
}

function checksum(stem: string): string {
  return crc32(stem).toString(16).padStart(8, '0');
}
