import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../kernel/json.ts';
import type { SubmitRow } from '../../queue/submit.ts';
import { cancelJob } from '../../queue/requests.ts';
import { onPool } from '../../queue/statement.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createTestDatabase, databaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import { publishTestAgent, startTestWorker } from '../support/worker.ts';

/** Takes some twenty milliseconds of a quiet processor. */
const dear = '${ [range(60000)] | add }';
const dearLoop = `do:\n  - loop:\n      for: {in: "[range(20000)]"}\n      do: [{sum: {set: {n: '${dear}'}}}]\n`;
/** More than a run may do beside others (a million steps), yet soon over. */
const someLoop = `{for: {in: "[range(30)]"}, do: [{sum: {set: {n: '${dear}'}}}]}`;
const call = '{call: integration, with: {integration: ledger, operation: post, arguments: {n: 7}}}';
const quiet = `do:\n  - post: ${call}\n`;
const heavyWithCall = `do:\n  - before: ${someLoop}\n  - post: ${call}\n  - after: ${someLoop}\n  - last: {set: {n: done}}\n`;
/** One task that computes for as long as its items want: thousands, as a quick machine does hundreds in a second. */
const inOnePiece = (items: number) =>
  `do:\n  - all: {set: {${Array.from({ length: items }, (_, at) => `n${at}: '${dear}'`).join(', ')}}}\n`;
/** Branches that each keep a large output until all have ended. */
const hoarder = (branches: number) =>
  `do:\n  - hoard:\n      fork:\n        branches:\n${Array.from({ length: branches }, (_, at) => `          - b${at}: {set: {list: '\${ [range(60000)] }'}}\n`).join('')}`;

/** Threads for heavy jobs stand back: where others burn all processors they come to a thirtieth of the time. */
const slowMs = 300_000;
/** The thread is shared by all heavy jobs of a test. */
const oneThread = { count: 1, memoryMb: 256, muteMs: 30_000 };

/** Answers with what it is given, and counts. */
function ledger() {
  const posted: string[] = [];
  const perform: PerformCall = (request, { idempotencyKey }) => {
    posted.push(idempotencyKey);
    return Promise.resolve(request.with['arguments'] ?? null);
  };
  return { posted, perform };
}

/** Answers when the test lets it. */
function heldLedger(answer: JsonValue) {
  const entered = Promise.withResolvers<undefined>();
  const open = Promise.withResolvers<undefined>();
  const posted: string[] = [];
  const perform: PerformCall = async (_request, { idempotencyKey }) => {
    posted.push(idempotencyKey);
    entered.resolve(undefined);
    await open.promise;
    return answer;
  };
  return { posted, perform, entered: entered.promise, open: () => open.resolve(undefined) };
}

describe.each(databaseKinds)('the engine of a worker on the %s database', (kind) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });
  afterAll(() => test[Symbol.asyncDispose]());

  const ended = ({ jobId }: SubmitRow, state: string) =>
    until(
      `job is ${state}`,
      async () => {
        const row = await jobState(test.database.pool, jobId);
        return row.state === state && row;
      },
      slowMs,
    );

  it(
    'ends a loop of dear expressions by its own budget while the jobs of others end as ever',
    { timeout: slowMs },
    async () => {
      const { database } = test;
      const [loud, still] = [
        await publishTestAgent(database, dearLoop),
        await publishTestAgent(database, quiet),
      ];
      const { posted, perform } = ledger();
      await using running = startTestWorker(database, perform, {
        threads: oneThread,
        limits: { computeSteps: 40_000_000, iterations: 100_000 },
      });
      const { queue } = running.services;
      const loops = [loud.row(), loud.row()];
      await queue.submit(loops);
      const rows = Array.from({ length: 40 }, () => still.row());
      for (const row of rows) await queue.submit([row]);

      for (const row of rows)
        expect(await ended(row, 'SUCCEEDED')).toMatchObject({ output: { n: 7 }, epoch: 1 });
      expect(posted).toHaveLength(rows.length);
      for (const row of loops) {
        const { error, epoch } = await ended(row, 'FAILED');
        expect(epoch).toBe(1);
        expect(error).toMatchObject({
          detail: expect.stringContaining('more than the 40000000 steps') as string,
        });
      }
    },
  );

  it(
    'hears that a loop is cancelled and has its thread for others',
    { timeout: slowMs },
    async () => {
      const { database } = test;
      const [loud, other] = [
        await publishTestAgent(database, dearLoop),
        await publishTestAgent(database, heavyWithCall),
      ];
      await using running = startTestWorker(database, ledger().perform, {
        threads: oneThread,
        limits: { computeSteps: 1_000_000_000_000, iterations: 100_000 },
      });
      const { queue, doorbell } = running.services;
      const loop = loud.row();
      await queue.submit([loop]);
      await until(
        'the loop is told of',
        async () => (await jobState(database.pool, loop.jobId)).eventSeq > 100,
        slowMs,
      );
      await cancelJob(onPool(database.pool), { tenantId: loud.tenantId, jobId: loop.jobId });
      doorbell.ring('jobs.control', loop.jobId);
      await ended(loop, 'CANCELLED');
      await until('the worker has left it', () => running.worker.jobCount === 0, slowMs);
      const next = other.row();
      await queue.submit([next]);
      expect((await ended(next, 'SUCCEEDED')).output).toEqual({ n: 'done' });
    },
  );

  it.each([
    [
      'computes in one piece for too long',
      {
        tasks: inOnePiece(6_000),
        ...{ muteMs: 1_000, memoryMb: 256 },
        detail: 'computed for more than 1000 ms',
      },
    ],
    [
      'keeps more than its thread has room for',
      {
        tasks: hoarder(400),
        ...{ muteMs: 60_000, memoryMb: 64 },
        detail: 'more memory than the 64 MB',
      },
    ],
  ])(
    'fails a job that %s, while another on its thread goes on elsewhere and calls once',
    { timeout: slowMs },
    async (_what, { tasks, muteMs, memoryMb, detail }) => {
      const { database } = test;
      const [loud, still] = [
        await publishTestAgent(database, tasks),
        await publishTestAgent(database, heavyWithCall),
      ];
      const held = heldLedger({ n: 7 });
      await using running = startTestWorker(database, held.perform, {
        threads: { count: 1, memoryMb, muteMs },
        limits: { computeSteps: 1_000_000_000_000 },
      });
      const { queue } = running.services;
      const beside = still.row();
      await queue.submit([beside]);
      await held.entered;
      const culprit: SubmitRow = { ...loud.row(), maxAttempts: 1 };
      await queue.submit([culprit]);

      const { error } = await ended(culprit, 'DEAD');
      expect(JSON.stringify(error)).toContain(detail);
      held.open();
      expect(await ended(beside, 'SUCCEEDED')).toMatchObject({ output: { n: 'done' }, epoch: 1 });
      expect(held.posted).toHaveLength(1);
    },
  );
});
