import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKinds, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { publishTestAgent, startTestWorker, type TestAgent } from '../support/worker.ts';

const call = "do: [{ask: {call: http, with: {method: get, endpoint: 'http://peer.test/'}}}]";

describe.each(databaseKinds)('slots of a worker on the %s database', (kind) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });
  afterAll(() => test[Symbol.asyncDispose]());

  async function count(tenantId: string, state: string): Promise<number> {
    const { rows } = await test.database.pool.query<{ count: number }>(
      'select count(*)::int from jobs.job where tenant_id = $1 and state::text = $2',
      [tenantId, state],
    );
    return rows[0]?.count ?? 0;
  }

  it('go to the jobs of others while those of some tenants wait for answers that never come', async () => {
    const noisy = [await publishTestAgent(test.database, call)];
    const perform = async (_: unknown, { signal }: { readonly signal: AbortSignal }) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      throw signal.reason;
    };
    await using worker = startTestWorker(test.database, perform);
    const { queue } = worker.services;
    const submit = (agent: TestAgent, jobs: number) =>
      queue.submit(Array.from({ length: jobs }, () => agent.row()));

    for (const [index, held] of [16, 8].entries()) {
      const { tenantId } =
        noisy[index] ?? (noisy[index] = await publishTestAgent(test.database, call));
      await submit(noisy[index], 200);
      await until(
        'the waiting jobs hold what they may',
        async () => (await count(tenantId, 'RUNNING')) === held,
      );
      const quiet = await publishTestAgent(test.database, 'do: [{a: {set: {ok: true}}}]');
      await submit(quiet, 50);
      await until(
        'all quiet jobs have ended',
        async () => (await count(quiet.tenantId, 'SUCCEEDED')) === 50,
      );
      expect(await count(tenantId, 'RUNNING')).toBe(held);
    }
  });
});
