import { createServer } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createAssertionSigner } from '../../core/access/assertion.ts';
import { createWarehouseClient } from '../../core/analytics/ask-warehouse.ts';
import { analytics } from '../../core/analytics/analytics.ts';
import type { Question } from '../../core/analytics/question.ts';
import { newSigningKey, publicKeyOf } from '../../kernel/crypto/assertion-keys.ts';
import { newId } from '../../kernel/ids.ts';
import { createReadiness } from '../../kernel/readiness.ts';
import { createMetrics } from '../../kernel/telemetry.ts';
import { AnalyticsDocument, SubmitJobDocument } from '../../sdk/src/index.ts';
import { openDoor } from '../../warehouse/server.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { publish, startTestPlatform, untilState } from '../support/platform.ts';
import { until } from '../support/until.ts';
import { contextFor, openTestServices, type TestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const definition = `document: {dsl: '1.0.3', namespace: test, name: counted, version: '1.0.0'}
do:
  - done: {set: {done: true}}
`;

/** Longer than a process takes to start on a busy machine. */
const waitMs = 300_000;

const week = (): { from: string; to: string } => ({
  from: new Date(Date.now() - 6 * 86_400_000).toISOString(),
  to: new Date(Date.now() + 86_400_000).toISOString(),
});

describe('an embedded platform', () => {
  it('answers numbers about its jobs from a warehouse beside it', async () => {
    await using platform = await startTestPlatform({ OPERANDI_WAREHOUSE_INTERVAL_MS: '100' });
    const { client } = platform;
    await publish(client, definition);
    const { submitJob } = await client.request(SubmitJobDocument, {
      input: { agent: 'counted', input: {} },
    });
    await untilState(client, submitJob.job?.id ?? '', 'SUCCEEDED');
    const told = await until(
      'the job is copied',
      async () => {
        const variables = { measure: 'JOBS', groupBy: 'STATE', every: 'DAY', ...week() } as const;
        const answer = (await client.request(AnalyticsDocument, variables)).analytics;
        return answer.series.length > 0 && answer;
      },
      waitMs,
    );
    expect(told).toMatchObject({
      ...{ unit: 'COUNT', isCut: false, copiedUpTo: expect.any(String) as unknown },
      series: [{ key: 'SUCCEEDED', points: [{ count: 1, p50: null }] }],
    });
    const steps = { measure: 'STEP_DURATION', groupBy: 'TASK', ...week() } as const;
    const { series } = (await client.request(AnalyticsDocument, steps)).analytics;
    expect(series).toMatchObject([{ key: '/do/0/done', points: [{ count: 1 }] }]);
    const odd = { measure: 'JOBS', groupBy: 'MODEL', ...week() } as const;
    await expect(client.request(AnalyticsDocument, odd)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});

describe('who asks', () => {
  let test: TestDatabase;
  let services: TestServices;
  const question: Question = { measure: 'JOBS', ...week() };

  beforeAll(async () => {
    test = stack.use(await createTestDatabase());
    services = stack.use(openTestServices(test.database));
  });

  it('is told by a code of its own where no warehouse is set up, or none answers', async () => {
    const context = contextFor(services, newId());
    await expect(analytics(context, question)).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
    });
    await using warehouse = createWarehouseClient(`http://127.0.0.1:${String(await closedPort())}`);
    const asking = { ...context, warehouse, assertion: 'word' };
    await expect(analytics(asking, question)).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
    });
  });

  it('needs to see jobs, and for calls integrations, whatever their labels', async () => {
    const ask = (measure: Question['measure'], context = contextFor(services, newId(), [])) =>
      analytics(context, { ...question, measure });
    await expect(ask('JOBS')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const ofJobs = contextFor(services, newId(), ['JOBS_READ']);
    await expect(ask('CALLS', ofJobs)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(ask('JOBS', ofJobs)).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });
    const some = {
      ...ofJobs,
      actor: { ...ofJobs.actor, conditions: { JOBS_READ: [{ team: ['a'] }] } },
    };
    await expect(ask('JOBS', some as unknown as typeof ofJobs)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('is believed by the word of the gateway alone, which says whose numbers are told', async () => {
    const key = newSigningKey();
    const asked: string[] = [];
    await using door = await openDoor({
      ...{ host: '127.0.0.1', port: 0, tls: undefined, log: silentLog, metrics: createMetrics() },
      ...{ database: test.database, readiness: createReadiness({}) },
      assertionPublicKeys: publicKeyOf(key),
      ask: (tenantId) => {
        asked.push(tenantId);
        return Promise.resolve({ unit: 'COUNT', series: [], isCut: false, copiedUpTo: null });
      },
    });
    await using client = createWarehouseClient(door.url);
    const { actor } = contextFor(services, newId());
    const requestId = newId();
    const wordFor = (subgraph: string, signingKey = key): string =>
      createAssertionSigner(signingKey)(actor, { subgraph, requestId });
    await client.ask(question, { assertion: wordFor('audit'), requestId });
    expect(asked).toEqual([actor.tenantId]);
    for (const assertion of [wordFor('jobs'), wordFor('audit', newSigningKey()), 'nothing'])
      await expect(client.ask(question, { assertion, requestId })).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    const other = { assertion: wordFor('audit'), requestId: newId() };
    await expect(client.ask(question, other)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(asked).toHaveLength(1);
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
