import type { Definition } from '../../../engine/definition.ts';
import { textOf } from '../../../engine/json-text.ts';
import { sensitivityOf } from '../../../engine/sensitive/marks.ts';
import type { Keyring } from '../../../kernel/crypto/keyring.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import { isJsonNumber, isJsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { VerbContext } from '../../context.ts';
import {
  createJobKey,
  hashBy,
  indexKey,
  openDataKey,
  subjectKey,
  type DataKey,
} from './data-key.ts';
import { sealData } from './sealed-data.ts';

/** The input of a job that is about to be queued. */
export interface NewInput {
  readonly tenantId: string;
  readonly jobId: string;
  readonly definition: Definition;
  readonly input: JsonValue;
  /** Of the argument. */
  readonly path: string;
  /** Of the job that starts it: what comes from sealed data stays sealed. */
  readonly parentKeyId?: string | undefined;
}

/** What the row of the job holds of it. */
export interface StoredInput {
  readonly input: JsonValue;
  readonly dataKeyId?: string;
}

/** The input as it is stored: sealed where the definition marks sensitive data, or the parent holds such. */
export async function sealInput(
  tx: Transaction,
  keyring: Keyring,
  given: NewInput,
): Promise<StoredInput> {
  const { tenantId, jobId, input } = given;
  const key = await keyFor(tx, keyring, given);
  if (key === undefined) return { input };
  return { input: sealData({ tenantId, jobId, key }, input), dataKeyId: key.id };
}

/** The same in a transaction of its own; the hash of sealed data is one that nobody can try out. */
export async function sealSubmission(
  { database, keyring }: Pick<VerbContext, 'database' | 'keyring'>,
  { inputHash, ...given }: NewInput & { readonly inputHash: string },
): Promise<StoredInput & { readonly inputHash: string }> {
  const { tenantId, input } = given;
  if (sensitivityOf(given.definition.document) === undefined) return { input, inputHash };
  return await database.asSystem(async (tx) => ({
    ...(await sealInput(tx, keyring, given)),
    inputHash: hashBy(await indexKey(tx, keyring, tenantId), `input\n${inputHash}`),
  }));
}

async function keyFor(
  tx: Transaction,
  keyring: Keyring,
  { tenantId, definition, input, path, parentKeyId }: NewInput,
): Promise<DataKey | undefined> {
  const sensitivity = sensitivityOf(definition.document);
  if (sensitivity === undefined)
    return parentKeyId === undefined
      ? undefined
      : await knownKey(tx, keyring, { tenantId, id: parentKeyId });
  const { subject } = sensitivity;
  if (subject === undefined) return await createJobKey(tx, keyring, tenantId);
  const id = isJsonObject(input) ? input[subject] : undefined;
  if (typeof id === 'string' || isJsonNumber(id))
    return await subjectKey(tx, keyring, {
      tenantId,
      subject: { kind: 'subject', id: textOf(id) },
    });
  throw new AppError('BAD_USER_INPUT', 'the id of whom the data is about is a text or a number', {
    path: `${path}.${subject}`,
  });
}

async function knownKey(
  tx: Transaction,
  keyring: Keyring,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
): Promise<DataKey> {
  const row = await tx.dataKey.findUnique({ where: { tenantId_id: { tenantId, id } } });
  const key = row === null ? undefined : openDataKey(keyring, tenantId, row);
  if (key === undefined) throw new AppError('CONFLICT', 'the data of the job has been erased');
  return key;
}
