import process from 'node:process';
import { createLocalDoorbell } from '../../kernel/doorbell/local.ts';
import { systemClock } from '../../kernel/clock.ts';
import { openDatabase } from '../../kernel/database/database.ts';
import { createLogger } from '../../kernel/logger.ts';
import { runUntilStopped, stopped } from '../../kernel/shutdown.ts';
import { createQueue } from '../../queue/create-queue.ts';
import type { PerformCall } from '../../worker/job-host.ts';
import { createWorker } from '../../worker/worker.ts';

/** A worker process for tests that kill it: its calls are posts to a ledger. Arguments: database, ledger, lease. */
await runUntilStopped(async (signal) => {
  const [databaseUrl = '', ledgerUrl = '', leaseMs = ''] = process.argv.slice(2);
  const log = createLogger({ level: 'warn', name: 'crash-worker' });
  await using database = await openDatabase({ databaseUrl, dataDir: '', databasePoolSize: 8 }, log);
  const doorbell = createLocalDoorbell(log);
  await using queue = createQueue({ pool: database.pool, doorbell });
  const perform: PerformCall = async (request, effect) => {
    const response = await fetch(ledgerUrl, {
      method: 'POST',
      headers: { 'idempotency-key': effect.idempotencyKey },
      body: JSON.stringify(request.with['arguments']),
      signal: effect.signal,
    });
    return { posted: await response.text() };
  };
  const limits = {
    ...{ requestBytes: 1e6, inputBytes: 1e6, outputBytes: 1e6, definitionBytes: 1e6 },
    ...{ journalBytes: 1e7, tasks: 1_000, nesting: 64, iterations: 1_000 },
  };
  const config = { worker: { concurrency: 10, leaseMs: Number(leaseMs), pollMs: 100 }, limits };
  const services = { database, doorbell, queue, perform, config, clock: systemClock, log };
  await using worker = createWorker(services);
  worker.start();
  process.stdout.write(`id=${worker.id}\n`);
  await stopped(signal);
});
