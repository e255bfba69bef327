import { pathToFileURL } from 'node:url';
import type * as databaseModule from '../../kernel/database/database.ts';
import type * as doorbellModule from '../../kernel/doorbell/local.ts';
import type * as queueModule from '../../queue/create-queue.ts';
import type { Queue } from '../../queue/queue.ts';
import { silentLog } from '../../tests/support/log.ts';
import type * as workerModule from '../../tests/support/worker.ts';
import type { Kind, QueueEngine } from './engine.ts';

const call = '{call: integration, with: {integration: i, operation: o, arguments: {n: 1}}}';
const definitions: Readonly<Record<Kind, string>> = {
  noop: 'do:\n  - done: { set: { ok: true } }\n',
  steps: `do:\n  - one: ${call}\n  - two: ${call}\n  - three: ${call}\n`,
};
const concurrency = 64;

// All builds since the one that is measured against have these.
type Modules = [
  typeof databaseModule,
  typeof workerModule,
  typeof queueModule,
  typeof doorbellModule,
];
const paths = [
  'kernel/database/database.ts',
  'tests/support/worker.ts',
  'queue/create-queue.ts',
  'kernel/doorbell/local.ts',
];

/** The queue of the build in a folder through its own code path: journal, events and audit rows on. */
export async function openOperandi(folder: string, databaseUrl: string): Promise<QueueEngine> {
  const modules = await Promise.all(
    paths.map((path) => import(pathToFileURL(`${folder}/${path}`).href)),
  );
  const [databases, { publishTestAgent, startTestWorker }, { createQueue }, doorbells] =
    modules as Modules;
  await using stack = new AsyncDisposableStack();
  const config = { databaseUrl, dataDir: '', databasePoolSize: 10 };
  // Earlier builds migrate when they open.
  if ('migrateDatabase' in databases) await databases.migrateDatabase(config, silentLog);
  const database = stack.use(await databases.openDatabase(config, silentLog));
  const doorbell = stack.use(doorbells.createLocalDoorbell(silentLog));
  const agents = {
    noop: await publishTestAgent(database, definitions.noop),
    steps: await publishTestAgent(database, definitions.steps),
  };
  const workers = stack.use(new AsyncDisposableStack());
  let queue: Queue = stack.use(createQueue({ pool: database.pool, doorbell }));
  const opened = stack.move();

  const engine: QueueEngine = {
    onEnd: () => undefined,
    async submit(kind, count) {
      const rows = Array.from({ length: count }, () => agents[kind].row({ n: 1 }));
      for (const result of await queue.submit(rows)) if (result instanceof Error) throw result;
      return rows.map(({ jobId }) => jobId);
    },
    work() {
      const around = (own: Queue): Queue => ({ ...own, finish: finishing(own) });
      const perform = () => Promise.resolve({ ok: true });
      const running = startTestWorker(database, perform, { concurrency, around });
      queue = workers.use(running).services.queue;
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };

  function finishing(own: Queue): Queue['finish'] {
    return async (held, write, to) => {
      const result = await own.finish(held, write, to);
      engine.onEnd(held.jobId);
      return result;
    };
  }

  return engine;
}
