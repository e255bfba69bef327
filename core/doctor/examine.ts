import type { Config } from '../../kernel/config/config.ts';
import { createKeyring } from '../../kernel/crypto/keyring.ts';
import { openDatabase } from '../../kernel/database/database.ts';
import { createPool } from '../../kernel/database/pool.ts';
import type { Logger } from '../../kernel/logger.ts';
import { databaseChecks, reachCheck, upkeepChecks } from './database-checks.ts';
import { diagnose, type Check, type Diagnosis } from './diagnosis.ts';
import { masterKeyCheck } from './key-check.ts';
import { rightChecks } from './right-checks.ts';
import { redisCheck, runtimeCheck } from './surrounding-checks.ts';
import { workChecks } from './work-checks.ts';

/** Looks at what a process with this configuration would work with. It waits for nothing, and changes no data. */
export async function examine(
  config: Config & { readonly databaseUrl: string },
  log: Logger,
): Promise<readonly Diagnosis[]> {
  await using stack = new AsyncDisposableStack();
  const target = { connectionString: config.databaseUrl };
  const pool = createPool(target, { size: 1, deadlineMs, isSilenceWatched: true }, log);
  stack.defer(() => pool.end());
  const around = [runtimeCheck, redisCheck(config.redisUrl), reachCheck(pool)];
  const first = await diagnose(around);
  if (!isGood(first, 'database/reach')) return first;
  const server = await diagnose(databaseChecks(pool, config.databasePoolSize));
  // What reads the tables has nothing to read where they are not there.
  if (!isGood(server, 'database/migrations')) return [...first, ...server];
  const tables = await tableChecks(config, log, stack);
  return [
    ...[...first, ...server],
    ...(await diagnose([...rightChecks(pool), ...upkeepChecks(pool), ...tables])),
  ];
}

function isGood(diagnoses: readonly Diagnosis[], name: string): boolean {
  return diagnoses.some(({ check, standing }) => check === name && standing === 'good');
}

const deadlineMs = 15_000;

async function tableChecks(
  config: Config & { readonly databaseUrl: string },
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<readonly Check[]> {
  const settings = { ...config, databaseWaitMs: 0, databasePoolSize: 2 };
  const database = stack.use(await openDatabase(settings, log));
  if (config.masterKey === '') return workChecks(database);
  const keyring = createKeyring(config.masterKey);
  return [masterKeyCheck({ database, keyring }), ...workChecks(database)];
}
