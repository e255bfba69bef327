import type { JsonValue } from '../../kernel/json.ts';
import type { Services } from '../context.ts';
import { read } from '../read.ts';
import { openSecret, type SecretKey } from './secret-value.ts';

/** The value of a secret for a job of its tenant; undefined when there is none. */
export async function readSecret(
  { database, keyring }: Pick<Services, 'database' | 'keyring'>,
  key: SecretKey,
): Promise<JsonValue | undefined> {
  const { tenantId, name } = key;
  const row = await read({ database, actor: { tenantId } }, (tx) =>
    tx.secret.findUnique({ where: { tenantId_name: { tenantId, name } } }),
  );
  return row === null ? undefined : openSecret(keyring, key, row.sealed);
}
