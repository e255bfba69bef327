import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Services, VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { cancelBulkOperation } from '../../core/jobs/bulk/cancel-bulk-operation.ts';
import { cancelJobs } from '../../core/jobs/bulk/cancel-jobs.ts';
import { claimOperations } from '../../core/jobs/bulk/bulk-rows.ts';
import {
  findBulkOperation,
  listBulkOperations,
} from '../../core/jobs/bulk/list-bulk-operations.ts';
import { pauseJobs } from '../../core/jobs/bulk/pause-jobs.ts';
import { redriveJobs } from '../../core/jobs/bulk/redrive-jobs.ts';
import { redriveJob } from '../../core/jobs/redrive-job.ts';
import { resumeJobs } from '../../core/jobs/bulk/resume-jobs.ts';
import { tailBulkOperation } from '../../core/jobs/bulk/tail-bulk-operation.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { submitJobs } from '../../core/jobs/submit-jobs.ts';
import type { BulkOperation } from '../../prisma/_generated/client.ts';
import { createBulkWorker } from '../../worker/bulk.ts';
import { createTestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { contextWithAgent, held, submitted } from '../support/greeter.ts';
import { jobEvents, jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextFor,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let services: TestServices;

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(database));
});

afterAll(() => stack.disposeAsync());

/** Many jobs of the agent. */
async function manyOf(context: VerbContext, count: number, agent = 'greet'): Promise<string[]> {
  const jobs = Array.from({ length: count }, () => ({ agent, input: { name: 'Ada' } }));
  const { results } = await submitJobs(context, { jobs });
  return results.map((one) => ('jobId' in one ? one.jobId : ''));
}

async function stateOf(id: string): Promise<string> {
  return (await jobState(services.database.pool, id)).state;
}

async function statesOf(ids: readonly string[]): Promise<readonly string[]> {
  return [...new Set(await Promise.all(ids.map(stateOf)))];
}

/** The operation, once workers have ended it. */
async function ended(
  context: VerbContext,
  { operation }: { readonly operation: BulkOperation | null },
  by: Services = services,
): Promise<BulkOperation> {
  await using worker = createBulkWorker(by);
  return await until('the end of the operation', async () => {
    await worker.chores[0]?.turn();
    const now = await findBulkOperation(context, operation?.id ?? '');
    return now?.state === 'RUNNING' ? undefined : (now ?? undefined);
  });
}

const queued = { states: ['QUEUED'] };

describe('a bulk operation', () => {
  it('does its act to all jobs that match, and is one event of the audit log with its filter', async () => {
    const context = await contextWithAgent(services);
    await publishAgent(context, { definition: greeting('other') });
    const ids = await manyOf(context, 60);
    const [other = ''] = await manyOf(context, 1, 'other');
    const started = await cancelJobs(context, { filter: { agent: 'greet' }, reason: 'a test' });
    expect(started).toMatchObject({ matched: 60, isMore: false });
    expect(await ended(context, started)).toMatchObject({
      ...{ state: 'FINISHED', matched: 60, done: 60, skipped: 0, failed: 0, error: null },
    });
    expect(await statesOf(ids)).toEqual(['CANCELLED']);
    expect(await stateOf(other)).toBe('QUEUED');
    const [first = ''] = ids;
    const events = await jobEvents(services.database.pool, first);
    expect(events.at(-1)).toMatchObject({ type: 'dev.operandi.job.cancelled.v1' });
    const log = await auditLogOf(services.database, context.actor.tenantId);
    const act = log.filter(({ action }) => action === 'jobs.cancel');
    expect(act).toMatchObject([
      {
        targetId: started.operation?.id,
        data: { filter: { agent: 'greet' }, reason: 'a test', matched: 60 },
      },
    ]);
    const own = log.filter(({ action }) => action === 'job.cancel');
    expect(own).toHaveLength(60);
    expect(new Set(own.map(({ requestId }) => requestId))).toEqual(
      new Set([`bulk:${started.operation?.id ?? ''}`]),
    );
    expect(log.find(({ action }) => action === 'bulk_operation.end')?.data).toEqual({
      ...{ done: 60, skipped: 0, failed: 0 },
    });
  });

  it('pauses, resumes and starts again, and who asked for it answers for the jobs', async () => {
    const context = await contextWithAgent(services);
    const ids = await manyOf(context, 3);
    await ended(context, await pauseJobs(context, { filter: queued }));
    expect(await statesOf(ids)).toEqual(['PAUSED']);
    const second = contextFor(services, context.actor.tenantId);
    await ended(second, await resumeJobs(second, { filter: { states: ['PAUSED'] } }));
    expect(await statesOf(ids)).toEqual(['QUEUED']);
    const { rows } = await services.database.pool.query<{ submitter: string }>(
      'select distinct submitter from jobs.job where id = any($1::uuid[])',
      [ids],
    );
    expect(rows).toEqual([{ submitter: `user:${second.actor.id}` }]);
    await ended(context, await cancelJobs(context, { filter: queued }));
    const redriven = await redriveJobs(context, { filter: { states: ['CANCELLED'] } });
    expect(await ended(context, redriven)).toMatchObject({ done: 3, failed: 0 });
    expect(await statesOf(ids)).toEqual(['QUEUED']);
  });

  it('counts and changes nothing in a dry run', async () => {
    const context = await contextWithAgent(services);
    const ids = await manyOf(context, 5);
    const filter = { agent: 'greet' };
    expect(await cancelJobs(context, { filter, dryRun: true })).toEqual({
      ...{ operation: null, matched: 5, isMore: false },
    });
    expect(await cancelJobs(context, { filter, max: 3, dryRun: true })).toEqual({
      ...{ operation: null, matched: 3, isMore: true },
    });
    expect(await redriveJobs(context, { filter })).toMatchObject({ operation: null, matched: 0 });
    expect((await listBulkOperations(context, {})).nodes).toEqual([]);
    expect(await statesOf(ids)).toEqual(['QUEUED']);
  });

  it('reaches the jobs of a batch, and those alone', async () => {
    const context = await contextWithAgent(services);
    const [other = ''] = await manyOf(context, 1);
    const jobs = [{ agent: 'greet', input: { name: 'Ada' } }];
    const { batch, results } = await submitJobs(context, { jobs });
    const started = await cancelJobs(context, { filter: { batchId: batch.id } });
    expect(await ended(context, started)).toMatchObject({ matched: 1, done: 1 });
    expect(await statesOf(results.map((one) => ('jobId' in one ? one.jobId : '')))).toEqual([
      'CANCELLED',
    ]);
    expect(await stateOf(other)).toBe('QUEUED');
  });

  it('is refused when more match than may be acted upon', async () => {
    const context = await contextWithAgent(services);
    const ids = await manyOf(context, 3);
    await expect(cancelJobs(context, { filter: queued, max: 2 })).rejects.toMatchObject({
      ...{ code: 'LIMIT_EXCEEDED', path: 'input.max' },
    });
    expect(await statesOf(ids)).toEqual(['QUEUED']);
  });

  it.each([
    ['a filter that says nothing', { filter: {} }, 'input.filter'],
    ['a filter that says null', { filter: { agent: null } }, 'input.filter'],
    ['too many jobs', { filter: queued, max: 100_001 }, 'input.max'],
    ['no job at most', { filter: queued, max: 0 }, 'input.max'],
  ])('is refused with %s', async (_, input, field) => {
    const context = await contextWithAgent(services);
    await expect(cancelJobs(context, input)).rejects.toMatchObject({
      problems: [{ code: 'BAD_USER_INPUT', field }],
    });
  });

  it('reaches no job that came later, and leaves out those that moved on meanwhile', async () => {
    const context = await contextWithAgent(services);
    const [first = '', ...rest] = await manyOf(context, 3);
    const started = await cancelJobs(context, { filter: { agent: 'greet' } });
    const later = await submitted(context);
    await cancelJob(context, { id: first });
    expect(await ended(context, started)).toMatchObject({ matched: 3, done: 2, failed: 0 });
    expect(await statesOf(rest)).toEqual(['CANCELLED']);
    expect(await stateOf(later)).toBe('QUEUED');
  });

  it('cannot be undone by a step that is in flight', async () => {
    const context = await contextWithAgent(services);
    const id = await submitted(context);
    const job = await held(services, id);
    await ended(context, await cancelJobs(context, { filter: { states: ['RUNNING'] } }));
    const late = services.queue.finish(job, {}, { state: 'SUCCEEDED', output: 1 });
    await expect(late).rejects.toMatchObject({ code: 'STALE_LEASE' });
    expect(await stateOf(id)).toBe('CANCELLED');
  });

  it('ends after the chunk under way when it is cancelled', async () => {
    const context = await contextWithAgent(services);
    await manyOf(context, 60);
    const { operation } = await cancelJobs(context, { filter: queued });
    const id = operation?.id ?? '';
    {
      await using worker = createBulkWorker(services);
      await worker.chores[0]?.turn();
      expect(await cancelBulkOperation(context, { id })).toMatchObject({ state: 'CANCELLED' });
    }
    await using another = createBulkWorker(services);
    await another.chores[0]?.turn();
    const left = await findBulkOperation(context, id);
    expect(left).toMatchObject({ state: 'CANCELLED', done: 25 });
    await expect(cancelBulkOperation(context, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('goes on after the death of its worker, does nothing twice and counts what was done', async () => {
    const context = await contextWithAgent(services);
    const ids = await manyOf(context, 30);
    await ended(context, await cancelJobs(context, { filter: queued }));
    const started = await redriveJobs(context, { filter: { states: ['CANCELLED'] } });
    const id = started.operation?.id ?? '';
    // As of a worker that died when it had dealt with ten of its chunk.
    const chunk = ids.toSorted().slice(0, 25);
    const dying = { ...context, requestId: `bulk:${id}` };
    for (const jobId of chunk.slice(0, 10)) await redriveJob(dying, { id: jobId });
    await services.database.pool.query(
      `update jobs.bulk_operation set chunk = $2::uuid[], claim = 1, claimed_until = now() where id = $1`,
      [id, chunk],
    );
    expect(await ended(context, started)).toMatchObject({ done: 30, skipped: 0, failed: 0 });
    const { rows } = await services.database.pool.query<{ most: string }>(
      `select max(count)::text as most from (
         select count(*) from jobs.event where job_id = any($1::uuid[]) and type = 'dev.operandi.job.redriven.v1' group by job_id) as each`,
      [ids],
    );
    expect(rows).toEqual([{ most: '1' }]);
  });

  it('is worked off by one worker at a time, and a tenant has one under way', async () => {
    const context = await contextWithAgent(services);
    await manyOf(context, 3);
    await pauseJobs(context, { filter: queued });
    await cancelJobs(context, { filter: queued });
    const claims = await Promise.all([1, 2, 3].map(() => claimOperations(services, 10)));
    const mine = claims.flat().filter(({ tenantId }) => tenantId === context.actor.tenantId);
    expect(mine).toHaveLength(1);
    // The other one waits, whoever asks.
    const next = await claimOperations(services, 10);
    expect(next.filter(({ tenantId }) => tenantId === context.actor.tenantId)).toEqual([]);
    await services.database.pool.query(
      'update jobs.bulk_operation set claimed_until = null where tenant_id = $1',
      [context.actor.tenantId],
    );
  });

  it('stops when the key that asked for it is revoked', async () => {
    const context = await contextWithAgent(services);
    await manyOf(context, 3);
    const started = await cancelJobs(context, { filter: queued });
    await services.database.withTenant(context.actor.tenantId, (tx) =>
      tx.member.create({
        data: {
          ...{ tenantId: context.actor.tenantId, id: context.actor.id, name: 'Ada' },
          ...{ email: 'ada@example.com', role: 'ADMIN', removedAt: new Date() },
        },
      }),
    );
    expect(await ended(context, started)).toMatchObject({ done: 0, state: 'FINISHED' });
  });

  it('is told while it moves, and the telling ends with it', async () => {
    const context = await contextWithAgent(services);
    await manyOf(context, 30);
    const started = await cancelJobs(context, { filter: queued });
    const { signal } = new AbortController();
    const told = await tailBulkOperation(context, { id: started.operation?.id ?? '', signal });
    const seen: BulkOperation[] = [];
    const listening = (async () => {
      for await (const one of told) seen.push(one);
    })();
    await ended(context, started);
    await listening;
    expect(seen.at(0)).toMatchObject({ state: 'RUNNING', done: 0 });
    expect(seen.at(-1)).toMatchObject({ state: 'FINISHED', done: 30 });
  });

  it('is nothing that another tenant sees, ends or is reached by', async () => {
    const context = await contextWithAgent(services);
    const stranger = await contextWithAgent(services);
    const theirs = await submitted(stranger);
    await submitted(context);
    const started = await cancelJobs(context, { filter: queued });
    const id = started.operation?.id ?? '';
    expect(await findBulkOperation(stranger, id)).toBeNull();
    expect((await listBulkOperations(stranger, {})).nodes).toEqual([]);
    await expect(cancelBulkOperation(stranger, { id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { signal } = new AbortController();
    await expect(tailBulkOperation(stranger, { id, signal })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await ended(context, started);
    expect(await stateOf(theirs)).toBe('QUEUED');
  });

  it.each([
    ['jobs.cancel', cancelJobs],
    ['jobs.pause', pauseJobs],
    ['jobs.resume', resumeJobs],
    ['jobs.redrive', redriveJobs],
  ])(
    'is forbidden without JOBS_OPERATE, and the attempt at %s is on record',
    async (action, act) => {
      const context = await contextWithAgent(services);
      const { tenantId } = context.actor;
      const reader = contextFor(services, tenantId, ['JOBS_READ', 'JOBS_SUBMIT']);
      await expect(act(reader, { filter: queued })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const log = await auditLogOf(services.database, tenantId);
      expect(log.at(-1)).toMatchObject({ action, data: { denied: ['JOBS_OPERATE'] } });
    },
  );
});

it('tells of one job that cannot be reached and goes on with the others', async () => {
  const context = await contextWithAgent(services);
  const [broken = ''] = await manyOf(context, 1);
  const { jobId: whole } = await submitJob(context, { agent: 'greet', input: { name: 'Bo' } });
  await ended(context, await cancelJobs(context, { filter: queued }));
  await services.database.pool.query('delete from jobs.job_io where job_id = $1', [broken]);
  const started = await redriveJobs(context, { filter: { states: ['CANCELLED'] } });
  const operation = await ended(context, started);
  expect(operation.done).toBe(1);
  expect(operation.failed + operation.skipped).toBe(1);
  expect(await stateOf(whole)).toBe('QUEUED');
});
