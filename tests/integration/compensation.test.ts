import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { workflowError } from '../../engine/problem.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import { contextFor, openTestServices, type TestServices } from '../support/verb-context.ts';
import { publishTestAgent, startTestWorker } from '../support/worker.ts';

const call = (operation: string) =>
  `call: integration, with: {integration: shop, operation: ${operation}}`;
const undo = 'metadata: {compensate: refund}';
const saga = `use: {functions: {refund: {${call('refund')}}}}
do:
  - charge: {${call('charge')}, ${undo}}
  - ship: {${call('ship')}, ${undo}}
  - wait: {wait: PT1H}
`;

describe.each(databaseKinds)('a job that can undo what it did on the %s database', (kind) => {
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

  /** Notes the operations that are called; one that is in `held` waits until the test lets it go. */
  async function started(held: Readonly<Record<string, Promise<unknown>>> = {}, failing = '') {
    const made: string[] = [];
    const perform: PerformCall = async ({ with: given }) => {
      const operation = typeof given['operation'] === 'string' ? given['operation'] : '';
      made.push(operation);
      await held[operation];
      if (operation === failing) throw workflowError('communication', `${operation} is down`);
      return null;
    };
    const running = startTestWorker(test.database, perform);
    const agent = await publishTestAgent(test.database, saga);
    const row = agent.row();
    await running.services.queue.submit([row]);
    const { jobId } = row;
    const context = contextFor(services, agent.tenantId);
    const state = async () => (await jobState(test.database.pool, jobId)).state;
    const is = (wanted: string) => until(`it is ${wanted}`, async () => (await state()) === wanted);
    return { running, made, jobId, context, is };
  }

  /** All that the rows say: one of them may hold several events. */
  const storyOf = async (jobId: string) =>
    (
      await test.database.pool.query<{ told: string }>(
        "select type || ' ' || coalesce(more::text, '') as told from jobs.event where job_id = $1 order by seq",
        [jobId],
      )
    ).rows
      .map(({ told }) => told)
      .join('\n');

  it('undoes it when it is cancelled while it sleeps, and is cancelled then', async () => {
    const { running, made, jobId, context, is } = await started();
    await using _ = running;
    await is('WAITING');
    await cancelJob(context, { id: jobId, reason: 'no stock' });
    await is('CANCELLED');
    expect(made).toEqual(['charge', 'ship', 'refund', 'refund']);
    const story = await storyOf(jobId);
    expect(story).toContain('dev.operandi.job.compensating.v1');
    expect(story).toContain('workflow.status-changed.v1');
    await expect(cancelJob(context, { id: jobId })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('undoes what had completed when a call was under way, whose result comes to nothing', async () => {
    const held = Promise.withResolvers<undefined>();
    const { running, made, jobId, context, is } = await started({ ship: held.promise });
    await using _ = running;
    await until('it ships', () => Promise.resolve(made.includes('ship')));
    await cancelJob(context, { id: jobId });
    await is('CANCELLED');
    held.resolve(undefined);
    expect(made).toEqual(['charge', 'ship', 'refund']);
  });

  it('is not cancelled twice while it does so, unless it is forced', async () => {
    const held = Promise.withResolvers<undefined>();
    const { running, made, jobId, context, is } = await started({ refund: held.promise });
    await using _ = running;
    await is('WAITING');
    await cancelJob(context, { id: jobId });
    await until('it refunds', () => Promise.resolve(made.includes('refund')));
    await expect(cancelJob(context, { id: jobId })).rejects.toMatchObject({ code: 'CONFLICT' });
    await cancelJob(context, { id: jobId, force: true });
    await is('CANCELLED');
    held.resolve(undefined);
  });

  it('undoes it when its definition faults, and is failed then', async () => {
    const { running, made, is } = await started({}, 'ship');
    await using _ = running;
    await is('FAILED');
    expect(made).toEqual(['charge', 'ship', 'refund']);
  });
});
