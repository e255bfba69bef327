import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { findBatch } from '../../core/jobs/find-batch.ts';
import { listJobs } from '../../core/jobs/list-jobs.ts';
import { loadBatchCounts } from '../../core/jobs/load-batch-counts.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { setQuotas } from '../../core/access/set-quotas.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { submitJobs } from '../../core/jobs/submit-jobs.ts';
import { tailBatch } from '../../core/jobs/tail-batch.ts';
import { tailJobChanges } from '../../core/jobs/tail-job-changes.ts';
import { systemClock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
} from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let services: TestServices;
let lateMs = 0;

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  const clock = { ...systemClock, now: () => new Date(Date.now() + lateMs) };
  services = stack.use(openTestServices(database, { clock }));
});
afterAll(() => stack.disposeAsync());

async function withAgent(): Promise<VerbContext> {
  const context = await contextOfNewTenant(services);
  await publishAgent(context, { definition: greeting() });
  return context;
}

const good = { agent: 'greet', input: { name: 'Ada' } };

function codes(results: readonly (AppError | object)[]): readonly string[] {
  return results.map((result) => (result instanceof AppError ? result.code : 'TAKEN'));
}

describe('a batch', () => {
  it('has every job of a call but those that were refused, each for itself', async () => {
    const context = await withAgent();
    const jobs = [
      good,
      { ...good, input: { name: 'x'.repeat(40) } },
      { ...good, input: { name: 'a\u0000b' } },
      { agent: 'ghost' },
      'no job at all',
      { ...good, input: { name: 'Eve', age: 'x'.repeat(2_000_000) } },
      ...Array.from({ length: 600 }, () => good),
    ];
    const { batch, results } = await submitJobs(context, { jobs });
    expect(codes(results.slice(0, 7))).toEqual([
      'TAKEN',
      'RULE_VIOLATED',
      'BAD_USER_INPUT',
      'NOT_FOUND',
      'BAD_USER_INPUT',
      'PAYLOAD_TOO_LARGE',
      'TAKEN',
    ]);
    expect(batch).toMatchObject({ submitted: 606, refused: 5, createdBy: 'Ada' });
    const counts = await loadBatchCounts(context, [batch.id]);
    expect(counts.get(batch.id)).toMatchObject([{ state: 'QUEUED', count: 601 }]);
    expect(
      (await auditLogOf(services.database, context.actor.tenantId)).map(({ action }) => action),
    ).toContain('batch.create');
  });

  it('is filled by several calls and found by its jobs', async () => {
    const context = await withAgent();
    const { batch } = await submitJobs(context, { jobs: [good] });
    await submitJobs(context, { jobs: [good, good], batchId: batch.id });
    await submitJob(context, good);
    const listed = await listJobs(context, { filter: { batchId: batch.id } });
    expect(listed.nodes).toHaveLength(3);
    expect(await findBatch(context, batch.id)).toMatchObject({ submitted: 3 });
  });

  it('holds what was known by its key too, so that a lost answer is asked for again', async () => {
    const context = await withAgent();
    const jobs = [{ ...good, idempotencyKey: 'a' }];
    await submitJobs(context, { jobs });
    const { batch, results } = await submitJobs(context, { jobs });
    expect(results).toMatchObject([{ isNew: false }]);
    expect((await loadBatchCounts(context, [batch.id])).get(batch.id)).toMatchObject([
      { count: 1 },
    ]);
  });

  it('is nobody else’s to read or to fill', async () => {
    const [context, other] = [await withAgent(), await withAgent()];
    const { batch } = await submitJobs(context, { jobs: [good] });
    expect(await findBatch(other, batch.id)).toBeNull();
    expect((await loadBatchCounts(other, [batch.id])).size).toBe(0);
    expect((await listJobs(other, { filter: { batchId: batch.id } })).nodes).toEqual([]);
    const fill = submitJobs(other, { jobs: [good], batchId: batch.id });
    await expect(fill).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      tailBatch(other, { id: batch.id, signal: AbortSignal.timeout(60_000) }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is for those who may', async () => {
    const { tenantId } = (await withAgent()).actor;
    const nobody = contextFor(services, tenantId, []);
    const forbidden = { code: 'FORBIDDEN' };
    await expect(submitJobs(nobody, { jobs: [good] })).rejects.toMatchObject(forbidden);
    await expect(findBatch(nobody, newId())).rejects.toMatchObject(forbidden);
    await expect(
      tailBatch(nobody, { id: newId(), signal: AbortSignal.timeout(60_000) }),
    ).rejects.toMatchObject(forbidden);
  });

  it('has an upper bound over all calls', async () => {
    const context = await withAgent();
    const { batch } = await submitJobs(context, { jobs: [good] });
    await services.database.pool.query('update jobs.batch set submitted = 100000 where id = $1', [
      batch.id,
    ]);
    const more = submitJobs(context, { jobs: [good], batchId: batch.id });
    await expect(more).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED', path: 'input.batchId' });
  });

  it('tells how far it is until all of its jobs are over', async () => {
    const context = await withAgent();
    const { batch, results } = await submitJobs(context, { jobs: [good, good] });
    const { signal } = new AbortController();
    const changes = await tailBatch(context, { id: batch.id, signal });
    const states = async () => {
      const { value } = await changes.next();
      return value ? value.counts.map(({ state, count }) => `${state} ${String(count)}`) : 'end';
    };
    expect(await states()).toEqual(['QUEUED 2']);
    const [first, second] = results.map((result) => ('jobId' in result ? result.jobId : ''));
    await cancelJob(context, { id: first });
    expect(await states()).toEqual(['QUEUED 1', 'CANCELLED 1']);
    await cancelJob(context, { id: second });
    expect(await states()).toEqual(['CANCELLED 2']);
    expect(await states()).toBe('end');
  });

  it('narrows a stream of changes', async () => {
    const context = await withAgent();
    const { batch } = await submitJobs(context, { jobs: [good] });
    const controller = new AbortController();
    const filter = { batchId: batch.id };
    const changes = await tailJobChanges(context, { filter, signal: controller.signal });
    await submitJob(context, good);
    await submitJobs(context, { jobs: [good], batchId: batch.id });
    const members = (await listJobs(context, { filter })).nodes.map(({ id }) => id);
    await cancelJob(context, { id: members[0] });
    // An event shows itself when all transactions of the server that began before it are over: it may be an early one.
    for await (const change of changes) {
      expect(members).toContain(change.job.id);
      break;
    }
    controller.abort();
  });
});

describe('the quota of a tenant', () => {
  const limitTo = (context: VerbContext, liveJobs: number | null) =>
    setQuotas(services, {
      tenant: context.actor.tenantId,
      changes: [`jobs=${liveJobs === null ? 'default' : String(liveJobs)}`],
    });

  it('refuses what goes beyond it, says how many there may be, and what to do', async () => {
    const context = await withAgent();
    await limitTo(context, 3);
    const { results, batch } = await submitJobs(context, {
      jobs: Array.from({ length: 5 }, () => good),
    });
    expect(codes(results)).toEqual(['TAKEN', 'TAKEN', 'TAKEN', 'QUOTA_EXCEEDED', 'QUOTA_EXCEEDED']);
    expect(batch.refused).toBe(2);
    await expect(submitJob(context, good)).rejects.toThrow(
      /may have 3 jobs .* wait .* cancel .* operator/,
    );
    const { tenantId } = context.actor;
    const acts = (await auditLogOf(services.database, tenantId)).map(({ action }) => action);
    expect(acts).toContain('tenant.set_quotas');
  });

  it('lets in again once jobs have ended, and other tenants all the time', async () => {
    const [context, other] = [await withAgent(), await withAgent()];
    await limitTo(context, 1);
    const { jobId } = await submitJob(context, good);
    await expect(submitJob(context, good)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await submitJob(other, good);
    await cancelJob(context, { id: jobId });
    lateMs += 300;
    await submitJob(context, good);
    await limitTo(context, null);
    lateMs += 300;
    await submitJob(context, good);
  });

  it('does not refuse a job that is known by its key', async () => {
    const context = await withAgent();
    await limitTo(context, 1);
    const job = { ...good, idempotencyKey: 'k' };
    const first = await submitJob(context, job);
    lateMs += 300;
    expect(await submitJob(context, job)).toMatchObject({ jobId: first.jobId, isNew: false });
    await expect(submitJob(context, good)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });

  it('is kept by submits at the same time, which wait for no row', async () => {
    const context = await withAgent();
    await limitTo(context, 5);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => submitJob(context, good)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });
});
