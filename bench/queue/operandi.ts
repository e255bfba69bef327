import { pathToFileURL } from 'node:url';
import type * as databaseModule from '../../kernel/database/database.ts';
import type * as jobsModule from '../../tests/support/jobs.ts';
import type { Queue } from '../../queue/queue.ts';
import { silentLog } from '../../tests/support/log.ts';
import type * as workerModule from '../../tests/support/worker.ts';
import type { Kind, QueueEngine } from './engine.ts';

type Modules = [typeof databaseModule, typeof workerModule, typeof jobsModule];

const definitions: Readonly<Record<Kind, string>> = {
  noop: 'do:\n  - done: { set: { ok: true } }\n',
  steps: `do:\n${[0, 1, 2]
    .map(
      (n) =>
        `  - s${String(n)}: {call: integration, with: {integration: i, operation: o, arguments: {n: ${String(n)}}}}\n`,
    )
    .join('')}`,
};

/** The queue of the build in a folder through its own code path: journal, events and audit rows on. */
export async function openOperandi(folder: string, databaseUrl: string): Promise<QueueEngine> {
  // All builds since the one that is measured against have these.
  const [{ openDatabase }, { publishTestAgent, startTestWorker }] = (await Promise.all(
    ['kernel/database/database.ts', 'tests/support/worker.ts', 'tests/support/jobs.ts'].map(
      (path) => import(pathToFileURL(`${folder}/${path}`).href),
    ),
  )) as Modules;
  await using stack = new AsyncDisposableStack();
  const config = { databaseUrl, dataDir: '', databasePoolSize: 10 };
  const database = stack.use(await openDatabase(config, silentLog));
  const agents = {
    noop: await publishTestAgent(database, definitions.noop),
    steps: await publishTestAgent(database, definitions.steps),
  };
  const engine: QueueEngine = {
    onEnd: () => undefined,
    async submit(kind, count) {
      const rows = Array.from({ length: count }, () => agents[kind].row({ n: 1 }));
      const results = await (await workerOf()).submit(rows);
      for (const result of results) if (result instanceof Error) throw result;
      return rows.map(({ jobId }) => jobId);
    },
    async work() {
      begun ??= begin();
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
  let begun: Queue | undefined;
  const { createQueue } = (await import(
    pathToFileURL(`${folder}/queue/create-queue.ts`).href
  )) as typeof import('../../queue/create-queue.ts');
  const { createLocalDoorbell } = (await import(
    pathToFileURL(`${folder}/kernel/doorbell/local.ts`).href
  )) as typeof import('../../kernel/doorbell/local.ts');
  const idle = createQueue({ pool: database.pool, doorbell: createLocalDoorbell(silentLog) });
  const workerOf = (): Promise<Queue> => Promise.resolve(begun ?? idle);
  function begin(): Queue {
    const running = startTestWorker(database, () => Promise.resolve({ ok: true }), {
      concurrency: 64,
      around: (queue) => ({
        ...queue,
        async finish(held, write, to) {
          const result = await queue.finish(held, write, to);
          engine.onEnd(held.jobId);
          return result;
        },
      }),
    });
    stackOfWorkers.use(running);
    return running.services.queue;
  }
  const stackOfWorkers = stack.use(new AsyncDisposableStack());
  const opened = stack.move();
  return engine;
}
