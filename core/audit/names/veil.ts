import { decrypt, encrypt } from '../../../kernel/crypto/cipher.ts';
import { commit, parts, saltBytes } from '../../../sdk/src/verify/index.ts';
import type { DataKey } from '../../jobs/sensitive/data-key.ts';

/** What is kept apart of an event, so that it can be erased. */
export interface NamePart {
  /** 16 bytes. */
  readonly salt: Uint8Array;
  readonly name: string;
}

const at = parts.indexOf('name');
const hexLength = saltBytes * 2;

/** The salt of the name among those of all parts. */
export function nameSaltOf(salts: Uint8Array): Uint8Array {
  return salts.subarray(at * saltBytes, (at + 1) * saltBytes);
}

/** What the leaf has in the place of the name. */
export function commitName({ salt, name }: NamePart): Buffer {
  return Buffer.from(commit(salt, name));
}

/** The part under the key; it opens for its own event only. */
export function veilName(key: DataKey, eventId: string, { salt, name }: NamePart): string {
  return encrypt(key.bytes, Buffer.from(salt).toString('hex') + name, aadOf(eventId));
}

/** What `veilName` has made; throws when it was altered or belongs to another event. */
export function unveilName(key: DataKey, eventId: string, veiled: string): NamePart {
  const text = decrypt(key.bytes, veiled, aadOf(eventId)).toString();
  return { salt: Buffer.from(text.slice(0, hexLength), 'hex'), name: text.slice(hexLength) };
}

function aadOf(eventId: string): string {
  return `${eventId}:audit-name`;
}
