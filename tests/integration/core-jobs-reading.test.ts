import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { findJob } from '../../core/jobs/find-job.ts';
import { getQueueStats } from '../../core/jobs/get-queue-stats.ts';
import { listJobEvents } from '../../core/jobs/list-job-events.ts';
import { listJobSteps } from '../../core/jobs/list-job-steps.ts';
import { listJobs } from '../../core/jobs/list-jobs.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { submitJobs } from '../../core/jobs/submit-jobs.ts';
import { validateDefinition } from '../../core/jobs/validate-definition.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { actionsOf, contextWithAgent, held, submitted } from '../support/greeter.ts';
import { onlyPage } from '../support/only-page.ts';
import { contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let services: TestServices;

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(database));
});

afterAll(() => stack.disposeAsync());

const withAgent = (): Promise<VerbContext> => contextWithAgent(services);

describe('reading', () => {
  it('pages through jobs in both directions without a gap', async () => {
    const context = await withAgent();
    const jobs = Array.from({ length: 7 }, () => ({ agent: 'greet', input: { name: 'Ada' } }));
    await submitJobs(context, { jobs });
    const all = (await listJobs(context, {})).nodes.map(({ id }) => id);
    const first = await listJobs(context, { first: 3 });
    const next = await listJobs(context, { first: 3, after: first.pageInfo.endCursor });
    const back = await listJobs(context, { last: 3, before: next.pageInfo.startCursor });
    expect([...first.nodes, ...next.nodes].map(({ id }) => id)).toEqual(all.slice(0, 6));
    expect(back.nodes.map(({ id }) => id)).toEqual(all.slice(0, 3));
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  it('filters jobs by agent, state and parent', async () => {
    const context = await withAgent();
    await publishAgent(context, { definition: greeting('other') });
    const id = await submitted(context);
    await cancelJob(context, { id });
    await submitted(context);
    await submitJob(context, { agent: 'other', input: { name: 'Ada' } });
    const found = async (filter: unknown) => (await listJobs(context, { filter })).nodes.length;
    expect(await found({ agent: 'greet' })).toBe(2);
    expect(await found({ agent: 'greet', states: ['CANCELLED'] })).toBe(1);
    expect(await found({ agent: 'ghost' })).toBe(0);
    expect(await found({ parentId: id })).toBe(0);
  });

  it('refuses a cursor of another tenant', async () => {
    const [one, other] = [await withAgent(), await withAgent()];
    await submitted(one);
    const { pageInfo } = await listJobs(one, {});
    await expect(listJobs(other, { after: pageInfo.endCursor })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it('puts steps together from events', async () => {
    const context = await withAgent();
    const jobId = await submitted(context);
    const event = (execution: string, type: string, data = {}) => ({
      type: `io.serverlessworkflow.task.${type}.v1`,
      task: '/do/0/ask',
      data: { execution, name: 'ask', ...data },
    });
    const error = { type: 'https://errors.example/x', status: 503 };
    await services.queue.checkpoint(await held(services, jobId), {
      events: [
        event('/do/0/ask', 'created'),
        event('/do/0/ask', 'started'),
        event('/do/1/ask', 'started'),
        event('/do/0/ask', 'faulted', { error }),
        event('/do/2/ask', 'started'),
        event('/do/2/ask', 'status-changed', { status: 'waiting' }),
        event('/do/1/ask', 'completed'),
      ],
    });
    const { nodes, pageInfo } = await onlyPage(listJobSteps(context, [{ jobId, first: 2 }]));
    const rest = await onlyPage(listJobSteps(context, [{ jobId, after: pageInfo.endCursor }]));
    expect([...nodes, ...rest.nodes]).toMatchObject([
      { key: '/do/0/ask', name: 'ask', state: 'FAULTED', error },
      { key: '/do/1/ask', state: 'COMPLETED' },
      { key: '/do/2/ask', state: 'WAITING', finishedAt: null },
    ]);
  });

  it('is forbidden without JOBS_READ', async () => {
    const context = await contextOfNewTenant(services, ['JOBS_SUBMIT']);
    const reads = [
      listJobs(context, {}),
      findJob(context, newId()),
      getQueueStats(context),
      onlyPage(listJobEvents(context, [{ jobId: newId() }])),
    ];
    for (const result of await Promise.allSettled(reads)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'FORBIDDEN' } });
    }
  });
});

describe('validating a definition', () => {
  it('tells errors with their place and keeps nothing', async () => {
    const context = await contextOfNewTenant(services);
    expect(await validateDefinition(context, greeting())).toMatchObject({ isValid: true });
    const report = await validateDefinition(context, greeting().replace('set:', 'sett:'));
    expect(report.isValid).toBe(false);
    expect(report.findings[0]).toMatchObject({
      severity: 'error',
      path: expect.stringContaining('/do') as string,
    });
    expect(await actionsOf(context)).toEqual([]);
  });

  it('refuses a text that is too large', async () => {
    const context = await contextOfNewTenant(services);
    const text = `${greeting()}# ${'x'.repeat(context.limits.definitionBytes)}`;
    await expect(validateDefinition(context, text)).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
  });
});
