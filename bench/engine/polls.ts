import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type * as databaseModule from '../../kernel/database/database.ts';
import { silentLog } from '../../tests/support/log.ts';
import type * as workerModule from '../../tests/support/worker.ts';

/*
 * Runs in a process of its own: a worker of the build in the folder that is given, on a database that is given, with one job
 * that waits for as many answers as wanted. Prints whose job it is, rings its bell for each line that it is told, and at the
 * end of them prints the seconds of the processor that the process has used.
 */

const [folder = '', databaseUrl = '', wanted = '1'] = process.argv.slice(2);
const definition = `do:
  - begin: { set: { n: 0 } }
  - poll: { call: approval, with: { title: Poll }, output: { as: '\${ $input }' } }
  - count: { set: { n: '\${ .n + 1 }' } }
  - more: { switch: [{ again: { when: '\${ .n < ${wanted} }', then: poll } }] }
`;

// All builds since the one that is measured against have these.
type Modules = [typeof databaseModule, typeof workerModule];
const [databases, { publishTestAgent, startTestWorker }] = (await Promise.all(
  ['kernel/database/database.ts', 'tests/support/worker.ts'].map(
    (path) => import(pathToFileURL(`${folder}/${path}`).href),
  ),
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
process.stdout.write(`${JSON.stringify({ tenantId: agent.tenantId, jobId: row.jobId })}\n`);
for await (const _ of createInterface(process.stdin))
  running.services.doorbell.ring('jobs.ready', 'now');
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${String((user + system) / 1e6)}\n`);
