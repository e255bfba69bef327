import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type * as databaseModule from '../../kernel/database/database.ts';
import type * as answerModule from '../../queue/answer-wait.ts';
import type * as statementModule from '../../queue/statement.ts';
import { silentLog } from '../../tests/support/log.ts';
import type * as workerModule from '../../tests/support/worker.ts';

/*
 * Runs in a process of its own: a worker of the build in the folder that is given, on a database that is given, with one job
 * that waits for as many answers as wanted. Prints the seconds of the processor that the process has used for it.
 */

const [folder = '', databaseUrl = '', wanted = '1'] = process.argv.slice(2);
const rounds = Number(wanted);
const definition = `do:
  - begin: { set: { n: 0 } }
  - poll: { call: approval, with: { title: Poll }, output: { as: '\${ $input }' } }
  - count: { set: { n: '\${ .n + 1 }' } }
  - more: { switch: [{ again: { when: '\${ .n < ${String(rounds)} }', then: poll } }] }
`;

const state = z.object({ rows: z.tuple([z.object({ state: z.string() })]) });

// All builds since the one that is measured against have these.
type Modules = [
  typeof databaseModule,
  typeof workerModule,
  typeof answerModule,
  typeof statementModule,
];
const [databases, { publishTestAgent, startTestWorker }, { answerWait }, { onPool }] =
  (await Promise.all(
    [
      'kernel/database/database.ts',
      'tests/support/worker.ts',
      'queue/answer-wait.ts',
      'queue/statement.ts',
    ].map((path) => import(pathToFileURL(`${folder}/${path}`).href)),
  )) as Modules;

const config = { databaseUrl, dataDir: '', databasePoolSize: 5 };
// Earlier builds migrate when they open.
if ('migrateDatabase' in databases) await databases.migrateDatabase(config, silentLog);
await using database = await databases.openDatabase(config, silentLog);
const agent = await publishTestAgent(database, definition);
await using running = startTestWorker(database, () => Promise.resolve(null), { pollMs: 500 });
const row = agent.row();
await running.services.queue.submit([row]);
const before = process.cpuUsage();
for (let round = 0; round < rounds; round += 1) {
  await untilState('WAITING');
  await answerWait(onPool(database.pool), {
    ...{ tenantId: agent.tenantId, jobId: row.jobId, value: { decision: 'approved' } },
    key: `/do/1/poll${round === 0 ? '' : `+${String(round)}`}`,
  });
  running.services.doorbell.ring('jobs.ready', 'now');
}
await untilState('SUCCEEDED');
const { user, system } = process.cpuUsage(before);
process.stdout.write(String((user + system) / 1e6));

async function untilState(expected: string): Promise<void> {
  for (;;) {
    const found = state.parse(
      await database.pool.query('select state from jobs.job where id = $1', [row.jobId]),
    );
    if (found.rows[0].state === expected) return;
    await sleep(10);
  }
}
