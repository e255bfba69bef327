import { openDocuments } from '../../core/documents/documents.ts';
import { createKeyring, type Keyring } from '../../kernel/crypto/keyring.ts';
import { standardQuotas } from '../../kernel/config/quotas.ts';
import type { Database } from '../../kernel/database/database.ts';
import type { Logger } from '../../kernel/logger.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { createQueue } from '../../queue/create-queue.ts';
import type { Queue } from '../../queue/queue.ts';
import type { SubmitRow } from '../../queue/submit.ts';
import { createLocalDoorbell } from '../../kernel/doorbell/local.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createWorker, type Worker } from '../../worker/worker.ts';
import type { WorkerServices } from '../../worker/worker-services.ts';
import { jobRow } from './jobs.ts';
import { silentLog } from './log.ts';
import { insertTenant } from './tenant.ts';

/** The keys of a worker in tests. */
const testKeyring = createKeyring(`test:${Buffer.alloc(32, 7).toString('base64')}`);

/** The limits of a worker in tests. */
const testLimits: WorkerServices['config']['limits'] = {
  requestBytes: 1_000_000,
  inputBytes: 1_000_000,
  outputBytes: 1_000_000,
  definitionBytes: 1_000_000,
  journalBytes: 10_000_000,
  tasks: 1_000,
  scheduleIntervalMs: 1_000,
  nesting: 64,
  iterations: 10_000,
  jobDepth: 16,
  expressionSteps: 300_000,
  computeSteps: 1_000_000_000,
  quotas: standardQuotas,
};

/** The threads of a worker in tests. */
export const testThreads = { count: 2, memoryMb: 256, muteMs: 10_000 };

/** A tenant with one published definition. */
export interface TestAgent {
  readonly tenantId: string;
  /** A job of it, to be submitted. */
  row(input?: JsonValue): SubmitRow;
}

/** Publishes a definition in a tenant of its own. */
export async function publishTestAgent(database: Database, tasks: string): Promise<TestAgent> {
  const tenantId = await insertTenant(database);
  const ids = { agentId: newId(), agentVersionId: newId() };
  const head = "document: {dsl: '1.0.3', namespace: test, name: agent, version: '1.0.0'}\n";
  await database.withTenant(tenantId, async (tx) => {
    await tx.agent.create({
      data: { tenantId, id: ids.agentId, namespace: 'test', name: 'agent', currentVersion: 1 },
    });
    await tx.agentVersion.create({
      data: {
        ...{ tenantId, id: ids.agentVersionId, agentId: ids.agentId, version: 1 },
        ...{ definition: head + tasks, hash: 'hash', createdBy: 'test' },
      },
    });
  });
  return { tenantId, row: (input = {}) => jobRow(tenantId, { ...ids, input }) };
}

/** A worker in this process, with its queue and bell. */
export interface TestWorker extends AsyncDisposable {
  readonly services: WorkerServices;
  readonly worker: Worker;
}

/** What a test wants of a worker besides the usual. */
export type WorkerWish = Partial<WorkerServices['config']['worker']> & {
  readonly limits?: Partial<WorkerServices['config']['limits']>;
  /** Puts something of the test around the queue. */
  readonly around?: (queue: Queue) => Queue;
  /** What opens the secrets. @default one of its own */
  readonly keyring?: Keyring;
  readonly log?: Logger;
};

/** Starts a worker whose calls are performed by the test. */
export function startTestWorker(
  database: Database,
  perform: PerformCall,
  {
    limits,
    around = (queue) => queue,
    keyring = testKeyring,
    log = silentLog,
    ...wish
  }: WorkerWish = {},
): TestWorker {
  const doorbell = createLocalDoorbell(silentLog);
  const queue = createQueue({ ...database, doorbell });
  const documents = openDocuments({ threads: 2, maxMemoryMb: 256, deadlineMs: 30_000 });
  const services: WorkerServices = {
    ...{ database, documents, doorbell, queue: around(queue), perform },
    ...{ keyring, log },
    config: {
      worker: {
        ...{ concurrency: 16, leaseMs: 30_000, pollMs: 200 },
        threads: testThreads,
        ...wish,
      },
      limits: { ...testLimits, ...limits },
    },
  };
  const worker = createWorker(services);
  worker.start();
  return {
    services,
    worker,
    async [Symbol.asyncDispose]() {
      await worker[Symbol.asyncDispose]();
      await queue[Symbol.asyncDispose]();
      await documents[Symbol.asyncDispose]();
      await doorbell[Symbol.asyncDispose]();
    },
  };
}
