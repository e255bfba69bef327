import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { VerbContext } from '../../core/context.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { startTestWorker, type TestWorker } from '../support/worker.ts';

const jobDepth = 3;

describe.each(databaseKinds)('jobs that start one another on the %s database', (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  let worker: TestWorker;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
    worker = startTestWorker(test.database, () => Promise.reject(new Error('no calls here')), {
      limits: { jobDepth },
    });
  });
  afterAll(async () => {
    await worker[Symbol.asyncDispose]();
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  async function published(body: string): Promise<VerbContext> {
    const context = await contextOfNewTenant(services);
    const head = "document: {dsl: '1.0.3', namespace: t, name: again, version: '1.0.0'}";
    await publishAgent(context, { definition: `${head}\n${body}` });
    return context;
  }

  async function statesOf({ actor }: VerbContext): Promise<readonly string[]> {
    const { rows } = await test.database.pool.query<{ state: string }>(
      'select state::text from jobs.job where tenant_id = $1 order by id',
      [actor.tenantId],
    );
    return rows.map(({ state }) => state);
  }

  const isOver = (states: readonly string[]): boolean =>
    states.every((state) => state === 'SUCCEEDED' || state === 'FAILED');

  it.each([
    ['waits for', true, ['FAILED', 'FAILED', 'FAILED', 'FAILED']],
    ['does not wait for', false, ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'FAILED']],
  ])('end where the agent starts itself and %s the child', async (_, isAwaited, states) => {
    const workflow = '{namespace: t, name: again, version: latest}';
    const context = await published(
      `do: [{child: {run: {workflow: ${workflow}, await: ${String(isAwaited)}}}}]`,
    );
    await submitJob(context, { agent: 'again' });
    await until('the chain is over', async () => {
      const found = await statesOf(context);
      return found.length > jobDepth && isOver(found);
    });
    expect(await statesOf(context)).toEqual(states);
  });

  it('end where a schedule hears the events of the jobs that it starts', async () => {
    const context = await published(
      [
        'schedule: {on: {one: {with: {type: again}}}}',
        'do: [{tell: {emit: {event: {with: {source: https://a.b/c, type: again}}}}}]',
      ].join('\n'),
    );
    await sendEvent(context, { id: '1', source: '/outside', type: 'again' });
    const skips = async () =>
      (await auditLogOf(test.database, context.actor.tenantId)).filter(
        ({ action }) => action === 'schedule.skip',
      );
    await until('a tick is skipped', async () => (await skips()).length > 0);
    await until('the jobs are over', async () => isOver(await statesOf(context)));
    expect(await statesOf(context)).toEqual(
      Array.from({ length: jobDepth + 1 }, () => 'SUCCEEDED'),
    );
    expect(await skips()).toMatchObject([{ data: { code: 'LIMIT_EXCEEDED' } }]);
  });
});
