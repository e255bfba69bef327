import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { attributesOf } from '../../core/jobs/cloud-event.ts';
import { listJobEvents } from '../../core/jobs/list-job-events.ts';
import { listJobSteps } from '../../core/jobs/list-job-steps.ts';
import { pauseJob } from '../../core/jobs/pause-job.ts';
import { redriveJob } from '../../core/jobs/redrive-job.ts';
import { resumeJob } from '../../core/jobs/resume-job.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { onlyPage } from '../support/only-page.ts';
import { until } from '../support/until.ts';
import { contextFor, openTestServices, type TestServices } from '../support/verb-context.ts';
import { publishTestAgent, startTestWorker } from '../support/worker.ts';
import type { PerformCall } from '../../worker/outside.ts';

const branches = `do:
  - done: {set: {x: 1}}
  - both:
      fork:
        branches:
          - rest: {wait: PT1H}
          - hear: {listen: {to: {one: {with: {type: never}}}}}
          - quick: {set: {y: 1}}
`;
const prefix = 'io.serverlessworkflow.';

describe.each(databaseKinds)('what people do to a job on the %s database', (kind) => {
  let test: TestDatabase;
  let services: TestServices;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  async function begin(source: string, perform: PerformCall = () => Promise.resolve(null)) {
    const agent = await publishTestAgent(test.database, source);
    const running = startTestWorker(test.database, perform);
    const row = agent.row();
    await running.services.queue.submit([row]);
    const id = row.jobId;
    const context = contextFor(services, agent.tenantId);
    const reaches = (state: string) =>
      until(`the job is ${state}`, async () => {
        return (await jobState(test.database.pool, id)).state === state;
      });
    const events = async () =>
      (await onlyPage(listJobEvents(context, [{ jobId: id, first: 100 }]))).nodes;
    const steps = async () => {
      const { nodes } = await onlyPage(listJobSteps(context, [{ jobId: id, first: 100 }]));
      return Object.fromEntries(nodes.map(({ name, state }) => [name, state]));
    };
    const told = async (change: string) =>
      (await events()).filter(({ type }) => type.startsWith(prefix) && type.includes(change));
    return { id, context, running, reaches, events, steps, told };
  }

  it('cancels the steps that are under way, and tells so as the specification says', async () => {
    const { id, context, running, reaches, events, steps, told } = await begin(branches);
    await reaches('WAITING');
    await cancelJob(context, { id });
    await running[Symbol.asyncDispose]();
    expect(await steps()).toEqual({
      ...{ done: 'COMPLETED', quick: 'COMPLETED' },
      ...{ both: 'CANCELLED', rest: 'CANCELLED', hear: 'CANCELLED' },
    });
    const cancelled = await told('cancelled');
    const workflow = `agent-${id}.test`;
    expect(cancelled.map(({ type, task }) => [type.replace(prefix, ''), task])).toEqual([
      ['task.cancelled.v1', '/do/1/both/fork/branches/1/hear'],
      ['task.cancelled.v1', '/do/1/both/fork/branches/0/rest'],
      ['task.cancelled.v1', '/do/1/both'],
      ['workflow.cancelled.v1', null],
    ]);
    expect(cancelled[0]?.data).toMatchObject({
      ...{ workflow, task: '/do/1/both/fork/branches/1/hear' },
      cancelledAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
    expect(cancelled.at(-1)?.data).toMatchObject({ name: workflow });
    const all = await events();
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    expect((await jobState(test.database.pool, id)).eventSeq).toBe(all.length);
    expect(all.at(-1)?.type).toBe('dev.operandi.job.cancelled.v1');
  });

  it('gives every event the attributes of a CloudEvent, unique and telling the workflow', async () => {
    const { id, context, running, reaches, events } = await begin(branches);
    await reaches('WAITING');
    await cancelJob(context, { id });
    await running[Symbol.asyncDispose]();
    const all = (await events()).map(attributesOf);
    expect(new Set(all.map((each) => `${each.source} ${each.id}`)).size).toBe(all.length);
    for (const each of all)
      expect(each).toMatchObject({ specversion: '1.0', source: `/operandi/jobs/${id}` });
    expect(all.at(-2)?.subject).toBe(`agent-${id}.test`);
    expect(all.at(-1)?.subject).toBe(id);
  });

  it('suspends and resumes a waiting job with its open steps, which stay what they are', async () => {
    const { id, context, running, reaches, steps, told } = await begin(branches);
    await reaches('WAITING');
    await pauseJob(context, { id });
    expect((await told('suspended')).map(({ task }) => task)).toEqual([
      '/do/1/both/fork/branches/1/hear',
      '/do/1/both/fork/branches/0/rest',
      '/do/1/both',
      null,
    ]);
    const open = { both: 'RUNNING', rest: 'WAITING', hear: 'WAITING' };
    expect(await steps()).toMatchObject(open);
    await resumeJob(context, { id });
    await reaches('WAITING');
    await running[Symbol.asyncDispose]();
    expect(await told('resumed')).toHaveLength(4);
    expect(await steps()).toMatchObject(open);
  });

  it('suspends a running job when it stops, with the steps that began until then', async () => {
    const { promise: entered, resolve: enter } = Promise.withResolvers<null>();
    const { promise: answer, resolve: letGo } = Promise.withResolvers<null>();
    const call = '{call: integration, with: {integration: a, operation: b}}';
    const source = `do:\n  - outer: {do: [{first: ${call}}, {second: ${call}}]}\n`;
    const { id, context, running, reaches, told, events } = await begin(source, () => {
      enter(null);
      return answer;
    });
    await entered;
    await pauseJob(context, { id });
    expect(await told('suspended')).toEqual([]);
    letGo(null);
    await reaches('PAUSED');
    expect((await told('suspended')).map(({ task }) => task)).toEqual([
      '/do/0/outer/do/1/second',
      '/do/0/outer',
      null,
    ]);
    expect((await events()).at(-1)?.type).toBe('dev.operandi.job.paused.v1');
    await resumeJob(context, { id });
    running.services.doorbell.ring('jobs.ready');
    await reaches('SUCCEEDED');
    await running[Symbol.asyncDispose]();
    expect(await told('resumed')).toHaveLength(3);
  });

  it('lets the steps of a cancelled job go on when it is redriven', async () => {
    const { id, context, running, reaches, steps } = await begin(branches);
    await reaches('WAITING');
    await cancelJob(context, { id });
    await redriveJob(context, { id });
    running.services.doorbell.ring('jobs.ready');
    await reaches('WAITING');
    expect(await steps()).toMatchObject({ both: 'RUNNING', rest: 'WAITING', hear: 'WAITING' });
    await cancelJob(context, { id });
    await running[Symbol.asyncDispose]();
    expect(await steps()).toMatchObject({ both: 'CANCELLED', rest: 'CANCELLED' });
  });

  it('tells of a job that never began as well', async () => {
    const agent = await publishTestAgent(test.database, branches);
    const row = agent.row();
    await services.queue.submit([row]);
    const context = contextFor(services, agent.tenantId);
    await pauseJob(context, { id: row.jobId });
    await cancelJob(context, { id: row.jobId });
    const { nodes } = await onlyPage(listJobEvents(context, [{ jobId: row.jobId, first: 100 }]));
    expect(nodes.map(({ type }) => type)).toEqual([
      'dev.operandi.job.queued.v1',
      `${prefix}workflow.suspended.v1`,
      'dev.operandi.job.pause-requested.v1',
      `${prefix}workflow.cancelled.v1`,
      'dev.operandi.job.cancelled.v1',
    ]);
  });
});
