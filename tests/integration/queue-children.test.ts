import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../kernel/ids.ts';
import type { FinalState } from '../../queue/advance-draft.ts';
import type { Queue } from '../../queue/queue.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { claimNew, jobRow, jobState, silentQueue } from '../support/jobs.ts';

describe.each(databaseKinds)('ends of children on the %s database', (kind) => {
  let test: TestDatabase;
  let queue: Queue;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    queue = silentQueue(test.database.pool);
  });
  afterAll(async () => {
    await queue[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  /** A parent that sleeps on a child, which is claimed. */
  async function family() {
    const tenantId = newId();
    const parent = await claimNew(queue, jobRow(tenantId));
    const row = jobRow(tenantId, { parentId: parent.jobId });
    const wait = { key: '/do/0/run', kind: 'child', spec: { task: '/do/0', jobId: row.jobId } };
    await queue.park(parent, { waits: [wait] }, { wakes: 0 });
    return { parent, child: await claimNew(queue, row) };
  }

  async function answerOf(parentId: string): Promise<unknown> {
    return (await queue.loadHistories([parentId])).get(parentId)?.answers.get('/do/0/run');
  }

  it.each<[FinalState, object]>([
    [{ state: 'SUCCEEDED', output: { n: 1 } }, { output: { n: 1 } }],
    [{ state: 'FAILED', error: { type: 'about:blank' } }, { error: { type: 'about:blank' } }],
    [{ state: 'CANCELLED', error: null }, { error: { title: 'Child cancelled' } }],
  ])('that nobody told of are found and answered once: $state', async (end, outcome) => {
    const { parent, child } = await family();
    expect(await queue.answerParents(10)).toBe(0);
    await queue.finish(child, {}, end);
    expect(await queue.answerParents(10)).toBe(1);
    expect(await queue.answerParents(10)).toBe(0);
    expect(await answerOf(parent.jobId)).toMatchObject(outcome);
    expect(await jobState(test.database.pool, parent.jobId)).toMatchObject({ state: 'QUEUED' });
    await queue.claim({ owner: 'holder', limit: 1, leaseMs: 60_000 });
  });

  it('are told to the parents of these children and no others', async () => {
    const [one, two] = [await family(), await family()];
    for (const { child } of [one, two])
      await queue.finish(child, {}, { state: 'SUCCEEDED', output: 7 });
    await queue.answerParent(one.child.jobId);
    expect(await answerOf(one.parent.jobId)).toEqual({ output: 7 });
    expect(await answerOf(two.parent.jobId)).toBeUndefined();
  });
});
