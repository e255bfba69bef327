import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { workflowError } from '../../engine/problem.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { answerWait } from '../../queue/answer-wait.ts';
import { cancelJob, pauseJob, resumeJob } from '../../queue/requests.ts';
import { onPool } from '../../queue/statement.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createTestDatabase, databaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { jobEvents, jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import { publishTestAgent, startTestWorker } from '../support/worker.ts';

const call = (n: number) =>
  `  - step${n}: {call: integration, with: {integration: ledger, operation: post, arguments: {n: ${n}}}}\n`;

/** Answers calls at once and keeps their idempotency keys. */
function recorder(): { readonly keys: string[]; readonly perform: PerformCall } {
  const keys: string[] = [];
  return {
    keys,
    perform: (request, effect) => {
      keys.push(effect.idempotencyKey);
      return Promise.resolve(request.with['arguments'] ?? null);
    },
  };
}

/** A call that the test lets go on. */
function gate(answer: JsonValue) {
  const entered = Promise.withResolvers<AbortSignal>();
  const open = Promise.withResolvers<undefined>();
  const perform: PerformCall = async (_request, effect) => {
    entered.resolve(effect.signal);
    await open.promise;
    return answer;
  };
  return { entered: entered.promise, open: () => open.resolve(undefined), perform };
}

describe.each(databaseKinds)('a worker on the %s database', (kind) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });
  afterAll(() => test[Symbol.asyncDispose]());

  const hasState = (jobId: string, state: string) =>
    until(`job is ${state}`, async () => {
      const row = await jobState(test.database.pool, jobId);
      return row.state === state && row;
    });

  it('runs a job to its end and tells its whole story in order', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, `do:\n${call(1)}${call(2)}`);
    const calls = recorder();
    await using running = startTestWorker(database, calls.perform);
    const row = agent.row();
    await running.services.queue.submit([row]);

    const ended = await hasState(row.jobId, 'SUCCEEDED');

    expect(ended.output).toEqual({ n: 2 });
    expect(calls.keys).toHaveLength(2);
    const events = await jobEvents(database.pool, row.jobId);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]?.type).toBe('dev.operandi.job.queued.v1');
    expect(events[1]?.type).toBe('io.serverlessworkflow.workflow.started.v1');
    expect(events.at(-1)?.type).toBe('io.serverlessworkflow.workflow.completed.v1');
    expect(ended.eventSeq).toBe(events.length);
  });

  it('ends a job as failed when its definition raises', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, `do:\n${call(1)}`);
    await using running = startTestWorker(database, () => {
      throw workflowError('communication', 'the ledger is closed', { status: 503 });
    });
    const row = agent.row();
    await running.services.queue.submit([row]);
    const ended = await hasState(row.jobId, 'FAILED');
    expect(ended.error).toMatchObject({ status: 503, detail: 'the ledger is closed' });
  });

  it('parks a job for its approval and goes on with the decision without calling again', async () => {
    const { database } = test;
    const { pool } = database;
    const agent = await publishTestAgent(
      database,
      `do:\n${call(1)}  - ask: {call: approval, with: {title: Pay?}}\n${call(2)}`,
    );
    const calls = recorder();
    await using running = startTestWorker(database, calls.perform);
    const row = agent.row();
    await running.services.queue.submit([row]);
    await hasState(row.jobId, 'WAITING');
    const { rows } = await pool.query<{ key: string; state: string }>(
      'select key, state::text from jobs.approval where job_id = $1',
      [row.jobId],
    );
    expect(rows).toMatchObject([{ state: 'PENDING' }]);

    await answerWait(onPool(pool), {
      tenantId: agent.tenantId,
      jobId: row.jobId,
      key: rows[0]?.key ?? '',
      value: { decision: 'approved' },
    });
    running.services.doorbell.ring('jobs.ready');
    await hasState(row.jobId, 'SUCCEEDED');

    expect(calls.keys).toHaveLength(2);
    expect(new Set(calls.keys).size).toBe(2);
    const types = (await jobEvents(pool, row.jobId)).map(({ type }) => type);
    expect(types.filter((type) => type.endsWith('workflow.started.v1'))).toHaveLength(1);
  });

  it('sleeps for a timer without holding the job', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, `do:\n  - rest: {wait: {hours: 1}}\n${call(1)}`);
    const calls = recorder();
    await using running = startTestWorker(database, calls.perform);
    const row = agent.row();
    await running.services.queue.submit([row]);
    const parked = await hasState(row.jobId, 'WAITING');
    expect(parked.owner).toBeNull();
    expect(Number(parked.runAt)).toBeGreaterThan(Date.now() + 3_000_000);
  });

  it('goes by the clock of the database when its own is wrong', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, `do:\n  - rest: {wait: {hours: 1}}\n${call(1)}`);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7_200_000 });
    try {
      await using running = startTestWorker(database, recorder().perform);
      const row = agent.row();
      await running.services.queue.submit([row]);
      await hasState(row.jobId, 'WAITING');
      const { rows } = await database.pool.query(
        `select run_at - now() between interval '50 min' and interval '1 h' as "isRight" from jobs.job where id = $1`,
        [row.jobId],
      );
      expect(rows).toEqual([{ isRight: true }]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps its leases while something else holds every connection of its pool', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, `do:\n${call(1)}`);
    const { entered, open, perform } = gate('done');
    await using running = startTestWorker(database, perform, { leaseMs: 2_000 });
    const row = agent.row();
    await running.services.queue.submit([row]);
    await entered;

    const { max } = database.pool.options;
    const held = await Promise.all(Array.from({ length: max }, () => database.pool.connect()));
    const [looking] = held;
    const leaseOf = async (): Promise<{ until: Date; isPast: boolean } | undefined> =>
      (
        await looking?.query<{ until: Date; isPast: boolean }>(
          'select lease_until as until, lease_until < now() as "isPast" from jobs.job where id = $1',
          [row.jobId],
        )
      )?.rows[0];
    const first = (await leaseOf())?.until.getTime() ?? 0;
    const kept = until('the lease has been prolonged beyond its first end', async () => {
      const lease = await leaseOf();
      expect(lease?.isPast).toBe(false);
      return (lease?.until.getTime() ?? 0) > first + 4_000;
    });
    await kept.finally(() => {
      for (const client of held) client.release();
    });
    open();
    const { attempt } = await hasState(row.jobId, 'SUCCEEDED');
    expect(attempt).toBe(0);
  });

  it('aborts the call of a cancelled job at once', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, `do:\n${call(1)}`);
    const held = gate(null);
    await using running = startTestWorker(database, held.perform);
    const row = agent.row();
    await running.services.queue.submit([row]);
    const signal = await held.entered;

    await cancelJob(onPool(database.pool), { tenantId: agent.tenantId, jobId: row.jobId });
    running.services.doorbell.ring('jobs.control', row.jobId);

    await until('the call is aborted', () => signal.aborted);
    held.open();
    expect((await jobState(database.pool, row.jobId)).state).toBe('CANCELLED');
  });

  it('keeps the result of a call during which the job was paused', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, `do:\n${call(1)}${call(2)}`);
    const ref = (jobId: string) => ({ tenantId: agent.tenantId, jobId });
    const held = gate({ from: 'first' });
    const keys: string[] = [];
    await using running = startTestWorker(database, (request, effect, site) => {
      keys.push(effect.task);
      return held.perform(request, effect, site);
    });
    const row = agent.row();
    await running.services.queue.submit([row]);
    await held.entered;
    await pauseJob(onPool(database.pool), ref(row.jobId));
    held.open();
    await hasState(row.jobId, 'PAUSED');
    expect(keys).toHaveLength(1);

    await resumeJob(onPool(database.pool), ref(row.jobId));
    running.services.doorbell.ring('jobs.ready');
    await hasState(row.jobId, 'SUCCEEDED');
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  });

  it('gives back what it holds when it is told to stop, for another to go on at once', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, `do:\n${call(1)}`);
    const held = gate(null);
    const row = agent.row();
    {
      await using first = startTestWorker(database, held.perform);
      await first.services.queue.submit([row]);
      await held.entered;
    }
    expect(await jobState(database.pool, row.jobId)).toMatchObject({ state: 'QUEUED', attempt: 0 });
    await using second = startTestWorker(database, recorder().perform);
    await hasState(row.jobId, 'SUCCEEDED');
    expect(second.worker.id).toMatch(/^worker-/);
  });

  it('lets running jobs end before it stops when there is time', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, `do:\n${call(1)}`);
    const held = gate(null);
    await using running = startTestWorker(database, held.perform);
    const row = agent.row();
    await running.services.queue.submit([row]);
    await held.entered;
    const drained = running.worker.drain(10_000);
    held.open();
    await drained;
    expect((await jobState(database.pool, row.jobId)).state).toBe('SUCCEEDED');
  });

  it('survives a job that breaks the platform and lays it aside as dead', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, `do:\n${call(1)}`);
    await using running = startTestWorker(database, (_request, _effect, { jobId }) => {
      if (jobId === poison.jobId) throw new TypeError('a defect');
      return Promise.resolve(null);
    });
    const poison = { ...agent.row(), maxAttempts: 2 };
    const good = agent.row();
    await running.services.queue.submit([poison, good]);
    const dead = await hasState(poison.jobId, 'DEAD');
    expect(dead.error).toMatchObject({ code: 'INTERNAL' });
    expect(JSON.stringify(dead.error)).not.toContain('a defect');
    await hasState(good.jobId, 'SUCCEEDED');
  });

  it('lays a job aside whose definition does not compile', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, 'do: nothing\n');
    await using running = startTestWorker(database, recorder().perform);
    const row = { ...agent.row(), maxAttempts: 1 };
    await running.services.queue.submit([row]);
    expect((await hasState(row.jobId, 'DEAD')).error).toMatchObject({ code: 'DEFINITION_INVALID' });
  });

  it('tells a definition that an answer cannot be kept instead of trying for ever', async () => {
    const { database } = test;
    const agent = await publishTestAgent(database, `do:\n${call(1)}`);
    await using running = startTestWorker(database, () => Promise.resolve('a\u0000b'));
    const row = agent.row();
    await running.services.queue.submit([row]);
    expect((await hasState(row.jobId, 'FAILED')).error).toMatchObject({ instance: '/do/0/step1' });
  });
});
