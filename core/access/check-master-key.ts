import type { Keyring } from '../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../kernel/crypto/sealed-secret.ts';
import { ConfigError } from '../../kernel/config/fault.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { Services } from '../context.ts';
import { sealedKeyIds } from './sealed-values.ts';

const text = 'operandi';

/**
 * Throws unless the keyring can open what this database holds: a key under a known id that is another one, and a key that
 * was taken out while values are still sealed by it, are found at the start and not at the first use.
 */
export async function checkMasterKey({
  database,
  keyring,
}: Pick<Services, 'database' | 'keyring'>): Promise<void> {
  const { checks, used } = await database.asSystem(
    async (tx) => ({ checks: await findChecks(tx), used: await sealedKeyIds(tx) }),
    { isReadOnly: true },
  );
  const known = checks.filter(({ keyId }) => keyring.keyIds.includes(keyId));
  const wrong = known.filter((row) => !opens(keyring, row)).map(({ keyId }) => keyId);
  const gone = used.filter((id) => !keyring.keyIds.includes(id));
  if (wrong.length > 0)
    fail(`key ${wrong.join(', ')} is not the one that this database was sealed with`);
  if (gone.length > 0)
    fail(`key ${gone.join(', ')} still seals values; put it back and run \`operandi keys rewrap\``);
  if (known.some(({ keyId }) => keyId === keyring.currentKeyId)) return;
  const keyId = keyring.currentKeyId;
  const check = JSON.stringify(keyring.seal(text, aadOf(keyId)));
  // Of several processes that start at once the first one writes it.
  await database.asSystem(
    (tx) => tx.$executeRaw`
      insert into access.key_check (key_id, sealed) values (${keyId}, ${check}::jsonb) on conflict do nothing`,
  );
}

interface Check {
  readonly keyId: string;
  readonly sealed: unknown;
}

function findChecks(tx: Transaction): Promise<readonly Check[]> {
  return tx.$queryRaw<Check[]>`select key_id as "keyId", sealed from access.key_check`;
}

function opens(keyring: Keyring, row: Check): boolean {
  try {
    const plain = keyring.open(sealedSecret.parse(row.sealed), aadOf(row.keyId));
    return Buffer.from(plain).toString() === text;
  } catch {
    return false;
  }
}

function aadOf(keyId: string): string {
  return `key check:${keyId}`;
}

function fail(message: string): never {
  throw new ConfigError([{ name: 'OPERANDI_MASTER_KEY', message }]);
}
