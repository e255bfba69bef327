import { matchesOf } from '../../engine/event-hints.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { archiveAgent } from '../../core/jobs/archive-agent.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { findAgent } from '../../core/jobs/find-agent.ts';
import { findJob } from '../../core/jobs/find-job.ts';
import { getQueueStats } from '../../core/jobs/get-queue-stats.ts';
import { listQueueWorkers } from '../../core/jobs/list-queue-workers.ts';
import { listAgentVersions } from '../../core/jobs/list-agent-versions.ts';
import { listJobEvents } from '../../core/jobs/list-job-events.ts';
import { listJobs } from '../../core/jobs/list-jobs.ts';
import { pauseJob } from '../../core/jobs/pause-job.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { redriveJob } from '../../core/jobs/redrive-job.ts';
import { resumeJob } from '../../core/jobs/resume-job.ts';
import { runJob } from '../../core/jobs/run-job.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { submitJobs } from '../../core/jobs/submit-jobs.ts';
import { AppError, RefusedError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { actionsOf, contextWithAgent, held, submitted } from '../support/greeter.ts';
import { jobEvents, jobState } from '../support/jobs.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
} from '../support/verb-context.ts';
import { onlyPage } from '../support/only-page.ts';
import type { TestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let services: TestServices;

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(database));
});

afterAll(() => stack.disposeAsync());

const withAgent = (): Promise<VerbContext> => contextWithAgent(services);

function problemsIn(error: unknown) {
  return error instanceof RefusedError
    ? error.problems.map(({ code, field }) => [code, field])
    : error;
}

describe('publishing an agent', () => {
  it('makes version 1, says so in the audit log, and makes version 2 of another text', async () => {
    const context = await contextOfNewTenant(services);
    const first = await publishAgent(context, { definition: greeting() });
    const second = await publishAgent(context, { definition: greeting('greet', 'Hi') });
    expect(first).toMatchObject({
      agent: { name: 'greet', currentVersion: 1 },
      version: { version: 1 },
    });
    expect(first.version.inputSchema).toMatchObject({ required: ['name'] });
    expect(second).toMatchObject({
      agent: { id: first.agent.id, currentVersion: 2 },
      version: { version: 2 },
    });
    const { nodes } = await onlyPage(listAgentVersions(context, [{ agentId: first.agent.id }]));
    expect(nodes.map(({ version }) => version)).toEqual([2, 1]);
    expect(await auditLogOf(services.database, context.actor.tenantId)).toMatchObject([
      { action: 'agent.publish', targetId: first.agent.id, data: { name: 'greet', version: 1 } },
      { action: 'agent.publish', data: { version: 2 } },
    ]);
  });

  it('answers the version that is there for the same text, and records nothing', async () => {
    const context = await withAgent();
    const again = await publishAgent(context, { definition: greeting() });
    expect(again.version.version).toBe(1);
    expect(await actionsOf(context)).toEqual(['agent.publish']);
  });

  it('numbers versions without gaps when many publish at once', async () => {
    const context = await contextOfNewTenant(services);
    const texts = ['A', 'B', 'C', 'D', 'E', 'F'];
    const made = await Promise.all(
      texts.map((text) => publishAgent(context, { definition: greeting('greet', text) })),
    );
    expect(made.map(({ version }) => version.version).toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses a definition with errors by line and column, and keeps nothing', async () => {
    const context = await contextOfNewTenant(services);
    const definition = greeting().replace('set:', 'sett:');
    const refusal = publishAgent(context, { definition });
    await expect(refusal).rejects.toMatchObject({ code: 'DEFINITION_INVALID' });
    const error = await refusal.catch((caught: unknown) => caught);
    const problems = error instanceof RefusedError ? error.problems : [];
    expect(problems[0]).toMatchObject({ code: 'DEFINITION_INVALID', field: 'input.definition' });
    expect(problems[0]?.message).toMatch(/^\d+:\d+ \//);
    expect(await findAgent(context, { name: 'greet' })).toBeNull();
  });

  it('is forbidden without AGENTS_PUBLISH, and the attempt is on record', async () => {
    const context = await contextOfNewTenant(services, ['JOBS_READ']);
    await expect(publishAgent(context, { definition: greeting() })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await auditLogOf(services.database, context.actor.tenantId)).toMatchObject([
      { action: 'agent.publish', data: { denied: ['AGENTS_PUBLISH'] } },
    ]);
  });

  it('lets two tenants have an agent of the same name', async () => {
    const [one, other] = [await withAgent(), await withAgent()];
    const agents = await Promise.all([
      findAgent(one, { name: 'greet' }),
      findAgent(other, { name: 'greet' }),
    ]);
    expect(agents[0]?.id).not.toBe(agents[1]?.id);
    expect(await findAgent(one, { id: agents[1]?.id ?? '' })).toBeNull();
  });
});

describe('archiving an agent', () => {
  it('stops it from taking jobs until it is published again', async () => {
    const context = await withAgent();
    const agent = await findAgent(context, { name: 'greet' });
    const archived = await archiveAgent(context, { id: agent?.id });
    expect(archived.archivedAt).toBeInstanceOf(Date);
    await expect(submitted(context)).rejects.toMatchObject({ code: 'CONFLICT' });
    await publishAgent(context, { definition: greeting() });
    expect(await submitted(context)).toBeTypeOf('string');
    expect(await actionsOf(context)).toEqual([
      'agent.publish',
      'agent.archive',
      'agent.publish',
      'job.submit',
    ]);
  });

  it('refuses one that is archived already', async () => {
    const context = await withAgent();
    const agent = await findAgent(context, { name: 'greet' });
    await archiveAgent(context, { id: agent?.id });
    await expect(archiveAgent(context, { id: agent?.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('does not find the agent of another tenant', async () => {
    const agent = await findAgent(await withAgent(), { name: 'greet' });
    const stranger = await contextOfNewTenant(services);
    await expect(archiveAgent(stranger, { id: agent?.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('is forbidden without AGENTS_PUBLISH', async () => {
    const context = await contextOfNewTenant(services, ['JOBS_READ']);
    await expect(archiveAgent(context, { id: newId() })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('submitting a job', () => {
  it('writes job, input, first event and audit row', async () => {
    const context = await withAgent();
    const jobId = await submitted(context);
    expect(await findJob(context, jobId)).toMatchObject({
      state: 'QUEUED',
      createdBy: 'Ada',
      priority: 1,
    });
    const { nodes } = await onlyPage(listJobEvents(context, [{ jobId }]));
    expect(nodes).toMatchObject([{ seq: 1, type: 'dev.operandi.job.queued.v1' }]);
    expect(await actionsOf(context)).toEqual(['agent.publish', 'job.submit']);
    expect(await getQueueStats(context)).toMatchObject({ queued: 1, running: 0 });
  });

  it('is found by its priority, and with the worker that runs it', async () => {
    const context = await withAgent();
    const usual = await submitted(context);
    const { jobId } = await submitJob(context, {
      ...{ agent: 'greet', input: { name: 'Ada' } },
      priority: 'URGENT',
    });
    const found = async (priorities: readonly string[]) =>
      (await listJobs(context, { filter: { priorities } })).nodes.map(({ id }) => id);
    expect(await found(['URGENT'])).toEqual([jobId]);
    expect(await found(['URGENT', 'NORMAL'])).toEqual([jobId, usual]);
    expect(await found(['LOW'])).toEqual([]);
    expect(await found([])).toEqual([]);
    expect(await listQueueWorkers(context)).toEqual([]);
    const { rows } = await services.database.pool.query(
      `update jobs.job set state = 'RUNNING', owner = 'w-1', lease_until = now() where id = $1 returning id`,
      [jobId],
    );
    expect(rows).toHaveLength(1);
    expect(await listQueueWorkers(context)).toMatchObject([
      { id: 'w-1', running: 1, jobIds: [jobId] },
    ]);
    expect(await listQueueWorkers(await withAgent())).toEqual([]);
  });

  it('answers the first job for a known idempotency key, and refuses another body', async () => {
    const context = await withAgent();
    const job = { agent: 'greet', input: { name: 'Ada' }, idempotencyKey: 'order-1' };
    const first = await submitJob(context, job);
    expect(await submitJob(context, job)).toEqual({ ...first, isNew: false });
    const other = submitJob(context, { ...job, input: { name: 'Bob' } });
    await expect(other).rejects.toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
      path: 'input.idempotencyKey',
    });
    expect(await actionsOf(context)).toEqual(['agent.publish', 'job.submit']);
  });

  it('makes one job of fifty concurrent submits with one key', async () => {
    const context = await withAgent();
    const job = { agent: 'greet', input: { name: 'Ada' }, idempotencyKey: 'order-1' };
    const results = await Promise.all(Array.from({ length: 50 }, () => submitJob(context, job)));
    expect(new Set(results.map(({ jobId }) => jobId)).size).toBe(1);
    expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it('keeps the idempotency keys of tenants apart', async () => {
    const job = { agent: 'greet', input: { name: 'Ada' }, idempotencyKey: 'order-1' };
    const results = [
      await submitJob(await withAgent(), job),
      await submitJob(await withAgent(), job),
    ];
    expect(results.map(({ isNew }) => isNew)).toEqual([true, true]);
  });

  it('names every place where the input does not fit the schema', async () => {
    const context = await withAgent();
    const error = await submitJob(context, {
      agent: 'greet',
      input: { age: 'old', colour: 'red' },
    }).catch(problemsIn);
    expect(error).toEqual(
      expect.arrayContaining([
        ['INPUT_INVALID', 'input.input.name'],
        ['INPUT_INVALID', 'input.input.age'],
        ['INPUT_INVALID', 'input.input.colour'],
      ]),
    );
  });

  it('names every business rule that is broken by its own code', async () => {
    const context = await withAgent();
    const nobody = await submitJob(context, { agent: 'greet', input: { name: 'Nobody' } }).catch(
      problemsIn,
    );
    const long = await submitJob(context, {
      agent: 'greet',
      input: { name: 'x'.repeat(30) },
    }).catch(problemsIn);
    expect(nobody).toEqual([['NOBODY', 'input.input.name']]);
    expect(long).toEqual([['TOO_LONG', 'input.input.name']]);
  });

  it('refuses an unknown agent, an unknown version and an input that is too large', async () => {
    const context = await withAgent();
    const large = { ...context, limits: { ...context.limits, inputBytes: 100 } };
    const input = { name: 'x'.repeat(200) };
    expect(await submitJob(context, { agent: 'ghost' }).catch(problemsIn)).toEqual([
      ['NOT_FOUND', 'input.agent'],
    ]);
    expect(await submitJob(context, { agent: 'greet', version: 9 }).catch(problemsIn)).toEqual([
      ['NOT_FOUND', 'input.agent'],
    ]);
    expect(await submitJob(large, { agent: 'greet', input }).catch(problemsIn)).toEqual([
      ['PAYLOAD_TOO_LARGE', 'input.input'],
    ]);
  });

  it('pins the version that is current', async () => {
    const context = await withAgent();
    const old = await submitted(context);
    await publishAgent(context, { definition: greeting('greet', 'Hi') });
    const young = await submitted(context);
    const [first, second] = [await findJob(context, old), await findJob(context, young)];
    expect(first?.agentVersionId).not.toBe(second?.agentVersionId);
  });

  it('is forbidden without JOBS_SUBMIT', async () => {
    const context = await contextOfNewTenant(services, ['JOBS_READ']);
    await expect(submitted(context)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('submitting many jobs', () => {
  it('refuses the bad ones by their index and takes the others', async () => {
    const context = await withAgent();
    const good = { agent: 'greet', input: { name: 'Ada' } };
    const { results } = await submitJobs(context, {
      jobs: [good, { agent: 'greet', input: {} }, good, { agent: 'ghost' }],
    });
    expect(
      results.map((result) => (result instanceof AppError ? problemsIn(result) : result.isNew)),
    ).toEqual([true, [['INPUT_INVALID', '1.input.name']], true, [['NOT_FOUND', '3.agent']]]);
    expect((await listJobs(context, {})).nodes).toHaveLength(2);
  });

  it('refuses an empty list and more than ten thousand', async () => {
    const context = await withAgent();
    await expect(submitJobs(context, { jobs: [] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    const jobs = Array.from({ length: 10_001 }, () => ({ agent: 'greet' }));
    await expect(submitJobs(context, { jobs })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is forbidden without JOBS_SUBMIT', async () => {
    const context = await contextOfNewTenant(services, ['JOBS_READ']);
    await expect(submitJobs(context, { jobs: [{}] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('running a job', () => {
  const never = new AbortController().signal;

  it('resolves when a worker has ended the job', async () => {
    const context = await withAgent();
    const [jobId] = await runToEnd(context, 1);
    expect(await findJob(context, jobId ?? '')).toMatchObject({ state: 'SUCCEEDED' });
  });

  it('serves many at once', async () => {
    const context = await withAgent();
    expect(await runToEnd(context, 20)).toHaveLength(20);
  });

  async function runToEnd(context: VerbContext, count: number): Promise<readonly string[]> {
    const job = { agent: 'greet', input: { name: 'Ada' } };
    const runs = Array.from({ length: count }, () => runJob(context, { job }, never));
    const { actor, queue } = context;
    let left = count;
    while (left > 0) {
      const claimed = await queue.claim({ owner: 'worker', limit: 100, leaseMs: 60_000 });
      const own = claimed.filter(({ tenantId }) => tenantId === actor.tenantId);
      await Promise.all(
        own.map((one) => queue.finish(one, {}, { state: 'SUCCEEDED', output: 'done' })),
      );
      left -= own.length;
    }
    return (await Promise.all(runs)).map(({ jobId }) => jobId);
  }

  it('answers the job, still under way, at the deadline', async () => {
    const context = await withAgent();
    const { jobId } = await runJob(
      context,
      { job: { agent: 'greet', input: { name: 'Ada' } }, timeoutMs: 20 },
      never,
    );
    expect(await findJob(context, jobId)).toMatchObject({ state: 'QUEUED' });
  });

  it('stops waiting when the caller leaves', async () => {
    const context = await withAgent();
    const job = { agent: 'greet', input: { name: 'Ada' } };
    const { isNew } = await runJob(context, { job }, AbortSignal.abort());
    expect(isNew).toBe(true);
  });

  it('names the field below the job', async () => {
    const context = await withAgent();
    const problems = await runJob(context, { job: { agent: 'greet', input: {} } }, never).catch(
      problemsIn,
    );
    expect(problems).toEqual([['INPUT_INVALID', 'input.job.input.name']]);
  });

  it('is forbidden without JOBS_SUBMIT', async () => {
    const context = await contextOfNewTenant(services, ['JOBS_READ']);
    await expect(runJob(context, { job: {} }, never)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

const steering = [
  { verb: cancelJob, action: 'job.cancel', prepare: () => Promise.resolve(), after: 'CANCELLED' },
  { verb: pauseJob, action: 'job.pause', prepare: () => Promise.resolve(), after: 'PAUSED' },
  {
    verb: resumeJob,
    action: 'job.resume',
    prepare: (context: VerbContext, id: string) => pauseJob(context, { id }),
    after: 'QUEUED',
  },
  {
    verb: redriveJob,
    action: 'job.redrive',
    prepare: async (_context: VerbContext, id: string) =>
      services.queue.finish(
        await held(services, id),
        {},
        { state: 'FAILED', error: { type: 'about:blank', status: 500 } },
      ),
    after: 'QUEUED',
  },
];

describe.each(steering)('$action', ({ verb, action, prepare, after }) => {
  it('changes the state, tells it in an event and in the audit log', async () => {
    const context = await withAgent();
    const id = await submitted(context);
    await prepare(context, id);
    const before = await jobEvents(services.database.pool, id);
    await verb(context, { id });
    expect(await jobState(services.database.pool, id)).toMatchObject({ state: after });
    const told = (await jobEvents(services.database.pool, id)).slice(before.length);
    expect(told.filter(({ type }) => type.startsWith('dev.operandi.'))).toHaveLength(1);
    expect((await auditLogOf(services.database, context.actor.tenantId)).at(-1)).toMatchObject({
      action,
      targetId: id,
    });
  });

  it('refuses a job in the wrong state and leaves no trace', async () => {
    const context = await withAgent();
    const id = await submitted(context);
    await prepare(context, id);
    await verb(context, { id });
    const acts = await actionsOf(context);
    await expect(verb(context, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await actionsOf(context)).toEqual(acts);
  });

  it('does not find the job of another tenant', async () => {
    const id = await submitted(await withAgent());
    const stranger = await contextOfNewTenant(services);
    await expect(verb(stranger, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await jobState(services.database.pool, id)).toMatchObject({ state: 'QUEUED' });
  });

  it('is forbidden without JOBS_OPERATE, and the attempt is on record', async () => {
    const context = await contextOfNewTenant(services, ['JOBS_READ', 'JOBS_SUBMIT']);
    await expect(verb(context, { id: newId() })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await auditLogOf(services.database, context.actor.tenantId)).toMatchObject([
      { action, data: { denied: ['JOBS_OPERATE'] } },
    ]);
  });
});

describe('deciding an approval', () => {
  /** A job that sleeps until somebody decides. */
  async function asked(
    context: VerbContext,
    spec = {},
  ): Promise<{ readonly jobId: string; readonly id: string }> {
    const [jobId, id] = [await submitted(context), newId()];
    const holder = await held(services, jobId);
    const wait = {
      key: '/do/0/ask',
      kind: 'approval',
      spec: { approvalId: id, title: 'May I?', ...spec },
    };
    await services.queue.park(holder, { waits: [wait] }, { wakes: 0 });
    return { jobId, id };
  }

  it('wakes the job with the decision', async () => {
    const context = await withAgent();
    const { jobId, id } = await asked(context);
    const approval = await decideApproval(context, { id, approve: true, comment: 'fine' });
    expect(approval).toMatchObject({ state: 'APPROVED', decidedBy: 'Ada', comment: 'fine' });
    expect(await jobState(services.database.pool, jobId)).toMatchObject({
      state: 'QUEUED',
      wakes: 1,
    });
    expect((await jobEvents(services.database.pool, jobId)).at(-1)?.type).toBe(
      'dev.operandi.approval.decided.v1',
    );
    expect((await actionsOf(context)).at(-1)).toBe('approval.decide');
  });

  it('lets the first of many decisions stand', async () => {
    const context = await withAgent();
    const { id } = await asked(context);
    const results = await Promise.allSettled(
      [true, false, true, false].map((approve) => decideApproval(context, { id, approve })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(
      (await actionsOf(context)).filter((action) => action === 'approval.decide'),
    ).toHaveLength(1);
  });

  it('refuses a decision that comes too late', async () => {
    const context = await withAgent();
    const { id } = await asked(context, { expiresAt: '2020-01-01T00:00:00.000Z' });
    await expect(decideApproval(context, { id, approve: true })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('refuses approvers other than the definition names', async () => {
    const context = await withAgent();
    const { id } = await asked(context, { approvers: ['grace@example.com'] });
    await expect(decideApproval(context, { id, approve: true })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('does not find the approval of another tenant', async () => {
    const { id } = await asked(await withAgent());
    const stranger = await contextOfNewTenant(services);
    await expect(decideApproval(stranger, { id, approve: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('is forbidden without APPROVALS_DECIDE', async () => {
    const context = contextFor(services, (await withAgent()).actor.tenantId, ['JOBS_READ']);
    await expect(decideApproval(context, { id: newId(), approve: true })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('sending an event', () => {
  const event = { id: '1', source: 'https://shop.example', type: 'order.paid', data: { order: 7 } };

  /** A job that sleeps until an event with these attributes comes. */
  async function listening(context: VerbContext, hint: Record<string, string>): Promise<string> {
    const jobId = await submitted(context);
    const holder = await held(services, jobId);
    const wait = {
      key: '/do/0/listen@0',
      kind: 'event',
      spec: { matches: matchesOf([hint]), listener: '/do/0/listen', position: 0 },
    };
    await services.queue.park(holder, { waits: [wait] }, { wakes: 0 });
    return jobId;
  }

  it('wakes the jobs that listen for it and no others', async () => {
    const context = await withAgent();
    const paid = await listening(context, { type: 'order.paid' });
    const shipped = await listening(context, { type: 'order.shipped' });
    expect(await sendEvent(context, event)).toEqual({
      isNew: true,
      wokenJobs: 1,
      startedJobs: 0,
    });
    expect(await jobState(services.database.pool, paid)).toMatchObject({ state: 'QUEUED' });
    expect(await jobState(services.database.pool, shipped)).toMatchObject({ state: 'WAITING' });
    expect((await actionsOf(context)).at(-1)).toBe('event.send');
  });

  it('changes nothing when the event is known by id and source', async () => {
    const context = await withAgent();
    await sendEvent(context, event);
    const acts = await actionsOf(context);
    await listening(context, { type: 'order.paid' });
    expect(await sendEvent(context, { ...event, data: null })).toEqual({
      isNew: false,
      wokenJobs: 0,
      startedJobs: 0,
    });
    expect((await actionsOf(context)).filter((action) => action === 'event.send')).toHaveLength(1);
    expect(acts).toContain('event.send');
  });

  it('does not reach the jobs of another tenant', async () => {
    const jobId = await listening(await withAgent(), { type: 'order.paid' });
    const stranger = await contextOfNewTenant(services);
    expect(await sendEvent(stranger, event)).toEqual({
      isNew: true,
      wokenJobs: 0,
      startedJobs: 0,
    });
    expect(await jobState(services.database.pool, jobId)).toMatchObject({ state: 'WAITING' });
  });

  it('refuses extensions that would hide an attribute', async () => {
    const context = await withAgent();
    await expect(sendEvent(context, { ...event, extensions: { type: 'x' } })).rejects.toMatchObject(
      { code: 'BAD_USER_INPUT' },
    );
  });

  it('is forbidden without JOBS_OPERATE', async () => {
    const context = await contextOfNewTenant(services, ['JOBS_READ']);
    await expect(sendEvent(context, event)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
