import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { getQueueStats } from '../../core/jobs/get-queue-stats.ts';
import { listAgentQueues } from '../../core/jobs/list-agent-queues.ts';
import { measureQueue } from '../../core/jobs/measure-queue.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { createMetrics } from '../../kernel/telemetry.ts';
import { newId } from '../../kernel/ids.ts';
import { observed, observeJobs, showQueue } from '../../worker/queue-watch.ts';
import { createTestDatabase } from '../support/database.ts';
import { jobRow } from '../support/jobs.ts';
import { contextFor, contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let services: TestServices;
let context: VerbContext;

function definition(name: string, metadata: object = {}): string {
  const document = { dsl: '1.0.3', namespace: 'tests', name, version: '1.0.0', metadata };
  return JSON.stringify({ document, do: [{ done: { set: { ok: true } } }] });
}

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(database));
  context = await contextOfNewTenant(services);
  await publishAgent(context, { definition: definition('busy') });
  await publishAgent(context, { definition: definition('tight', { concurrency: { limit: 1 } }) });
  for (const priority of ['LOW', 'URGENT', 'URGENT'])
    await submitJob(context, { agent: 'busy', priority });
  for (let n = 0; n < 3; n += 1) await submitJob(context, { agent: 'tight' });
  await services.database.pool.query('select jobs.admit(10)');
  const runAt = new Date(Date.now() + 3_600_000).toISOString();
  await submitJob(context, { agent: 'busy', runAt });
  const { jobId: id } = await submitJob(context, { agent: 'busy' });
  await cancelJob(context, { id });
  await services.queue.submit([jobRow(newId())]);
});
afterAll(() => stack.disposeAsync());

describe('the queue of a tenant', () => {
  it('tells depth by state and priority, throughput and lag', async () => {
    expect(await getQueueStats(context)).toMatchObject({
      ...{ queued: 6, limited: 2, running: 0, waiting: 1, paused: 0, dead: 0 },
      finishedPerMinute: 1,
      // What ended has never begun.
      lagP50Seconds: null,
      priorities: [
        { priority: 'LOW', queued: 1 },
        { priority: 'NORMAL', queued: 3 },
        { priority: 'HIGH', queued: 0, oldestQueuedSeconds: 0 },
        { priority: 'URGENT', queued: 2 },
      ],
    });
  });

  it('is told by agent, the longest line first', async () => {
    const agents = await listAgentQueues(context, 10);
    expect(agents).toMatchObject([
      { queued: 3, limited: expect.any(Number) as number },
      { queued: 3 },
    ]);
    expect(agents.map(({ limited }) => limited).toSorted()).toEqual([0, 2]);
    expect(agents.map(({ waiting }) => waiting).toSorted()).toEqual([0, 1]);
    expect(await listAgentQueues(context, 1)).toHaveLength(1);
    await expect(listAgentQueues(context, 101)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is nobody else’s, and for those who may read', async () => {
    const other = await contextOfNewTenant(services);
    expect(await getQueueStats(other)).toMatchObject({ queued: 0, oldestQueuedSeconds: 0 });
    expect(await listAgentQueues(other, 10)).toEqual([]);
    const nobody = contextFor(services, context.actor.tenantId, []);
    await expect(listAgentQueues(nobody, 10)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('the metrics of a worker', () => {
  it('tell the depth over all tenants with labels that are there from the beginning', async () => {
    const metrics = createMetrics();
    let depth: Awaited<ReturnType<typeof measureQueue>> = [];
    showQueue(metrics, () => depth);
    const lines = async () =>
      (await metrics.text()).split('\n').filter((line) => !line.startsWith('#'));
    const before = (await lines()).map((line) => line.replace(/ \S+$/, ''));
    expect(before.filter((line) => line.startsWith('operandi_queue_jobs{'))).toHaveLength(24);
    depth = await measureQueue(services);
    const after = await lines();
    expect(after.map((line) => line.replace(/ \S+$/, ''))).toEqual(before);
    expect(after).toContain('operandi_queue_jobs{state="QUEUED",priority="NORMAL"} 2');
    expect(after).toContain('operandi_queue_jobs{state="LIMITED",priority="NORMAL"} 2');
    expect(after).toContain('operandi_queue_jobs{state="QUEUED",priority="URGENT"} 2');
    expect(after).toContain('operandi_queue_jobs{state="DEAD",priority="LOW"} 0');
    expect(
      after.find((line) => line.startsWith('operandi_queue_oldest_ready_seconds')),
    ).not.toMatch(/ 0$/);
  });

  it('count what begins and ends, and how long it was ready', async () => {
    const metrics = createMetrics();
    const observer = observeJobs(metrics);
    const queue = observed(services.queue, observer);
    const jobs = await queue.claim({ owner: 'w', limit: 50, leaseMs: 60_000 });
    for (const job of jobs) observer.began(job);
    for (const job of jobs) await queue.finish(job, {}, { state: 'SUCCEEDED', output: null });
    const text = await metrics.text();
    expect(text).toContain(
      `operandi_worker_ended_jobs_total{state="SUCCEEDED"} ${String(jobs.length)}`,
    );
    expect(text).toContain(`operandi_worker_lag_seconds_count ${String(jobs.length)}`);
    const { lagP50Seconds, lagP95Seconds } = await getQueueStats(context);
    expect(lagP50Seconds).toBeGreaterThanOrEqual(0);
    expect(lagP95Seconds).toBeGreaterThanOrEqual(lagP50Seconds ?? Infinity);
  });
});
