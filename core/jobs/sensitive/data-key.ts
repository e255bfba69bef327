import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Keyring } from '../../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../../kernel/crypto/sealed-secret.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';

/** A key by which data of jobs is sealed. */
export interface DataKey {
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

/** A row whose key may be erased. */
interface KeyRow {
  readonly id: string;
  readonly sealed: unknown;
}

/** A new key for one job. */
export async function createJobKey(
  tx: Transaction,
  keyring: Keyring,
  tenantId: string,
): Promise<DataKey> {
  const { key, sealed } = makeKey(keyring, tenantId);
  await tx.$executeRaw`
    insert into jobs.data_key (tenant_id, id, purpose, sealed)
    values (${tenantId}::uuid, ${key.id}::uuid, 'job', ${sealed}::jsonb)`;
  return key;
}

/** Somebody whose data has a key of its own. */
export type Subject =
  /** As definitions name them. */
  | { readonly kind: 'subject'; readonly id: string }
  /** A member of the tenant. */
  | { readonly kind: 'member'; readonly id: string };

/** By which the key of a subject is found: who has the rows alone cannot tell whose it is. */
export function subjectHash(index: DataKey, { kind, id }: Subject): string {
  return hashBy(index, `${kind}\n${id}`);
}

/** The key of a subject, made when it is first needed; after it was erased, another one. */
export async function subjectKey(
  tx: Transaction,
  keyring: Keyring,
  { tenantId, subject }: { readonly tenantId: string; readonly subject: Subject },
): Promise<DataKey> {
  const hash = subjectHash(await indexKey(tx, keyring, tenantId), subject);
  const find = () => tx.$queryRaw<readonly KeyRow[]>`
    select id::text, sealed from jobs.data_key
    where tenant_id = ${tenantId}::uuid and purpose = 'subject' and subject_hash = ${hash} and erased_at is null`;
  return await findOrMake({ keyring, tenantId, find }, async ({ key, sealed }) => {
    await tx.$executeRaw`
      insert into jobs.data_key (tenant_id, id, purpose, subject_hash, sealed)
      values (${tenantId}::uuid, ${key.id}::uuid, 'subject', ${hash}, ${sealed}::jsonb) on conflict do nothing`;
  });
}

/** The key for hashes of the tenant: who has the rows alone cannot try out what was hashed. */
export async function indexKey(
  tx: Transaction,
  keyring: Keyring,
  tenantId: string,
): Promise<DataKey> {
  const find = () => tx.$queryRaw<readonly KeyRow[]>`
    select id::text, sealed from jobs.data_key where tenant_id = ${tenantId}::uuid and purpose = 'index'`;
  return await findOrMake({ keyring, tenantId, find }, async ({ key, sealed }) => {
    await tx.$executeRaw`
      insert into jobs.data_key (tenant_id, id, purpose, sealed)
      values (${tenantId}::uuid, ${key.id}::uuid, 'index', ${sealed}::jsonb) on conflict do nothing`;
  });
}

/** HMAC-SHA-256, hexadecimal. */
export function hashBy({ bytes }: DataKey, text: string): string {
  return createHmac('sha256', createSecretKey(bytes)).update(text).digest('hex');
}

/** Opens a row; undefined when its key was erased. */
export function openDataKey(
  keyring: Keyring,
  tenantId: string,
  { id, sealed }: KeyRow,
): DataKey | undefined {
  if (sealed === null) return undefined;
  return { id, bytes: keyring.open(sealedSecret.parse(sealed), aadOf(tenantId, id)) };
}

interface Search {
  readonly keyring: Keyring;
  readonly tenantId: string;
  readonly find: () => PromiseLike<readonly KeyRow[]>;
}

/** Of several who make it at once the first one counts. */
async function findOrMake(
  { keyring, tenantId, find }: Search,
  insert: (made: Made) => Promise<void>,
): Promise<DataKey> {
  const [known] = await find();
  if (known === undefined) await insert(makeKey(keyring, tenantId));
  const [row] = known === undefined ? await find() : [known];
  const key = row && openDataKey(keyring, tenantId, row);
  if (key === undefined) throw new AppError('UNAVAILABLE', 'a data key was erased meanwhile');
  return key;
}

interface Made {
  readonly key: DataKey;
  /** JSON text. */
  readonly sealed: string;
}

function makeKey(keyring: Keyring, tenantId: string): Made {
  const key = { id: newId(), bytes: randomBytes(32) };
  return { key, sealed: JSON.stringify(keyring.seal(key.bytes, aadOf(tenantId, key.id))) };
}

function aadOf(tenantId: string, id: string): string {
  return `${tenantId}:data-key:${id}`;
}
