import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';

import type { Config } from '../kernel/config/config.ts';
import { openDatabase } from '../kernel/database/database.ts';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { createReadiness } from '../kernel/readiness.ts';
import { sleep } from '../kernel/retry/sleep.ts';
import { stopped } from '../kernel/shutdown.ts';
import { sendLogs } from '../kernel/send-logs.ts';
import { createMetrics, type Metrics } from '../kernel/telemetry.ts';
import { tuneLogs } from '../kernel/tune-logs.ts';
import { openPeerTls } from '../kernel/tls/peer-tls.ts';
import { createAnswers } from './answer/answers.ts';
import { askFiles } from './answer/ask-files.ts';
import { holdBucket } from './bucket/hold-bucket.ts';
import { createMirror } from './bucket/mirror.ts';
import { openS3 } from './bucket/s3.ts';
import { compactAll } from './compact.ts';
import { createCopier, type Copier } from './copy/copier.ts';
import { openDuckDb } from './duckdb.ts';
import { holdFolder } from './files/hold-folder.ts';
import type { Mirror } from './files/mirror.ts';
import { openDoor } from './server.ts';

/** What a warehouse is run with. */
export interface WarehouseRun {
  readonly config: Config;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Is told where it answers. */
  readonly onListening?: (url: string) => void;
}

/** Connections of its own: one copies, one looks whether anything is to be copied, and no question takes any. */
const poolSize = 2;
const compactEveryMs = 3_600_000;
/** Of what copies and compacts. */
const writing = { threads: 1, memoryMb: 256 } as const;
const processes = 2;
/** Of one of them; each has buffers of its own. */
const maxThreads = 8;

/** Copies, compacts and answers until the signal aborts; what is half written then does not count. */
export async function runWarehouse(run: WarehouseRun): Promise<void> {
  const { config, log, signal } = run;
  const { folder: root, port, intervalMs, memoryMb, deadlineMs } = config.warehouse;
  await using stack = new AsyncDisposableStack();
  tuneLogs(log, signal);
  stack.use(sendLogs({ settings: config.telemetry, service: 'warehouse', log }) ?? null);
  // First, as it says which package is missing.
  const duckDb = stack.use(await openDuckDb({ ...writing, spillFolder: join(root, '.spill') }));
  stack.use(await holdFolder(root, signal));
  const database = stack.use(
    await openDatabase({ ...config, databasePoolSize: poolSize }, log, signal),
  );
  using tls = config.tls === undefined ? undefined : openPeerTls(config.tls, { log });
  // Who asks alone has all of the machine; two share it as the machine sees fit.
  const threads = Math.min(maxThreads, availableParallelism());
  const answers = stack.use(createAnswers({ processes, threads, memoryMb, deadlineMs }));
  const metrics = createMetrics({ hasProcessMetrics: true });
  const mirror = await openMirror(run, stack);
  const services = { database, duckDb, log, root, ...(mirror && { mirror }) };
  const copier = createCopier(services, { intervalMs, signal, name: `${hostname()}:${root}` });
  observe(metrics, copier);
  const door = stack.use(
    await openDoor({
      ...{ host: config.host, port, tls, database, log, metrics },
      assertionPublicKeys: config.assertionPublicKeys ?? '',
      readiness: createReadiness({ database: database.check }, signal),
      ask: (tenantId, question) => askFiles({ answers, root }, tenantId, question),
    }),
  );
  log.info({ url: door.url, folder: root }, 'listening');
  run.onListening?.(door.url);
  const working = Promise.all([copier.run(), compactEvery(run, copier, services)]);
  await stopped(signal);
  log.info('stopping');
  await working;
}

/** Undefined where the folder is all there is. */
async function openMirror(
  { config, signal }: WarehouseRun,
  stack: AsyncDisposableStack,
): Promise<Mirror | undefined> {
  const { bucket, folder } = config.warehouse;
  if (bucket === undefined) return undefined;
  const credential = config.bucketCredential;
  if (credential === undefined)
    throw new AppError(
      'BAD_USER_INPUT',
      'OPERANDI_WAREHOUSE_S3_URL needs OPERANDI_WAREHOUSE_S3_CREDENTIAL',
    );
  const s3 = stack.use(openS3({ ...bucket, credential }));
  const held = stack.use(await holdBucket(s3, signal));
  return createMirror(s3, folder, () => held.check());
}

async function compactEvery(
  { signal }: WarehouseRun,
  copier: Copier,
  services: Parameters<typeof compactAll>[0],
): Promise<void> {
  while (!signal.aborted) {
    await sleep(compactEveryMs, signal).catch(() => undefined);
    await compactAll(services, copier.tenants, { now: new Date(), signal });
  }
}

function observe(metrics: Metrics, copier: Copier): void {
  metrics.gauge({
    name: 'operandi_warehouse_failing_tenants',
    help: 'Tenants whose copy stands still by a fault; the log says which.',
    collect: () => copier.failing,
  });
}
