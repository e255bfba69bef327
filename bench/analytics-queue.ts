import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { migrateDatabase, openDatabase } from '../kernel/database/database.ts';
import { silentLog } from '../tests/support/log.ts';
import { sealAll } from '../tests/support/seal-all.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';
import { openTestServices } from '../tests/support/verb-context.ts';
import { publishTestAgent, startTestWorker } from '../tests/support/worker.ts';
import { createAnswers } from '../warehouse/answer/answers.ts';
import { askFiles } from '../warehouse/answer/ask-files.ts';
import { createCopier } from '../warehouse/copy/copier.ts';
import { openDuckDb } from '../warehouse/duckdb.ts';

/*
 * What analytics cost the queue: jobs drained by turns without it, and while two processes answer one question after the other. The
 * copies of what ends meanwhile are made in both, or in neither with `--no-copies`. Wanted is a ratio of 0.95 at least.
 */

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    copies: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const jobs = Number(values.jobs);

await using server = await startPostgres({ isDurable: true });
if (server === undefined) throw new Error('PostgreSQL is not installed');
const config = { databaseUrl: server.urlOf('postgres'), dataDir: '', databasePoolSize: 6 };
await migrateDatabase(config, silentLog);
await using database = await openDatabase(config, silentLog);
await using services = openTestServices(database);
const agent = await publishTestAgent(database, 'do:\n  - nothing: {set: {done: true}}\n');
const root = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
using duckDb = await openDuckDb({ threads: 1, memoryMb: 256 });
using answers = createAnswers({ processes: 2, threads: 2, memoryMb: 512, deadlineMs: 60_000 });
const ended = new AbortController();
const copier = createCopier(
  { database, duckDb, log: silentLog, root },
  { intervalMs: 1_000, signal: ended.signal },
);

/** Jobs a second from the first to the last. */
async function drain(): Promise<number> {
  await services.queue.submit(Array.from({ length: jobs }, () => agent.row()));
  await using worker = startTestWorker(database, () => Promise.reject(new Error('no call')));
  const begin = performance.now();
  for (;;) {
    const { rows } = await database.pool.query<{ n: number }>(
      'select count(*)::int as n from jobs.job where tenant_id = $1 and finished_at is null',
      [agent.tenantId],
    );
    if (rows[0]?.n === 0) break;
    await sleep(20);
  }
  const seconds = (performance.now() - begin) / 1_000;
  await worker.services.queue.submit([]);
  return jobs / seconds;
}

/** Asks without a pause until told to stop; answers how many questions were answered. */
function ask(isOver: () => boolean): Promise<number> {
  const question = {
    measure: 'STEP_DURATION',
    groupBy: 'TASK',
    every: 'HOUR',
    from: new Date(Date.now() - 7 * 86_400_000).toISOString(),
    to: new Date(Date.now() + 86_400_000).toISOString(),
  } as const;
  const one = async (): Promise<number> => {
    let count = 0;
    for (; !isOver(); count += 1) await askFiles({ answers, root }, agent.tenantId, question);
    return count;
  };
  return Promise.all([one(), one()]).then(([first, second]) => first + second);
}

async function drainBeside(): Promise<{ readonly rate: number; readonly questions: number }> {
  let isOver = false;
  const asking = ask(() => isOver);
  const rate = await drain();
  isOver = true;
  return { rate, questions: await asking };
}

try {
  await drain();
  await sealAll(services);
  while (await copier.turn());
  // The processes that answer have started, and read what there is, before anything counts.
  await drainBeside();
  const copying = values.copies ? copier.run() : Promise.resolve();
  const rows = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    // Each is first as often as the other: what the rounds before left behind slows neither more.
    const alone = round % 2 === 0 ? await drain() : undefined;
    const { rate, questions } = await drainBeside();
    const without = alone ?? (await drain());
    rows.push({
      'jobs/s alone': Math.round(without),
      'jobs/s beside analytics': Math.round(rate),
      ratio: Number((rate / without).toFixed(3)),
      questions,
    });
  }
  ended.abort();
  await copying;
  console.table(rows);
  const sorted = rows.map(({ ratio }) => ratio).toSorted((one, other) => one - other);
  console.log(`median of the ratios ${String(sorted[Math.floor(sorted.length / 2)])}`);
} finally {
  await rm(root, { recursive: true });
}
