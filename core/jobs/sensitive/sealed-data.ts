import { decrypt, encrypt } from '../../../kernel/crypto/cipher.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { DataKey } from './data-key.ts';

/** By what the data of a job is sealed. */
export interface JobSeal {
  readonly tenantId: string;
  readonly jobId: string;
  readonly key: DataKey;
}

/** `sealed:1:<key>:<job>:<base64url>`, in the place of a value. */
const form = /^sealed:1:([0-9a-f-]{36}):([0-9a-f-]{36}):([A-Za-z0-9_-]+)$/;

/** A value as it is stored: it opens in the rows of its own job only. */
export function sealData(seal: JobSeal, value: JsonValue): string {
  const { jobId, key } = seal;
  const data = encrypt(key.bytes, JSON.stringify(value), aadOf(seal));
  return `sealed:1:${key.id}:${jobId}:${data}`;
}

/** True for what `sealData` may have made. */
export function isSealed(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && form.test(value);
}

/** Opens what was sealed for the job; anything else is answered as it is, as the platform has written it. */
export function openData(seal: JobSeal, value: JsonValue): JsonValue {
  const [, , , data] = (typeof value === 'string' && form.exec(value)) || [];
  if (data === undefined) return value;
  try {
    return parseJson(decrypt(seal.key.bytes, data, aadOf(seal)).toString());
  } catch (cause) {
    throw new SealBroken(`data of job ${seal.jobId} does not open`, { cause });
  }
}

/** Sealed data that was altered, or belongs to another job: a fault of this row alone. */
class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** By which key and for which job a value was sealed. */
export function ownerOfSealed(value: JsonValue): Owner | undefined {
  const [, keyId, jobId] = (typeof value === 'string' && form.exec(value)) || [];
  return keyId === undefined || jobId === undefined ? undefined : { keyId, jobId };
}

interface Owner {
  readonly keyId: string;
  readonly jobId: string;
}

/** Seals the members of an object, but for those of these names. */
export function sealMembers(
  seal: JobSeal,
  value: JsonObject,
  plain: ReadonlySet<string>,
): JsonObject {
  return mapMembers(value, (member, name) => (plain.has(name) ? member : sealData(seal, member)));
}

/** A copy with each member changed. */
export function mapMembers(
  value: JsonObject,
  change: (member: JsonValue, name: string) => JsonValue,
): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, change(member, name)]),
  );
}

/** Opens the members that are sealed. */
export function openMembers(seal: JobSeal, value: JsonValue): JsonValue {
  return isJsonObject(value) ? mapMembers(value, (member) => openData(seal, member)) : value;
}

function aadOf({ tenantId, jobId, key }: JobSeal): string {
  return `${tenantId}:job:${jobId}:data:${key.id}`;
}
