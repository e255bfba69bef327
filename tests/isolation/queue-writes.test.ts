import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../kernel/ids.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { Checkpoint } from '../../queue/advance-draft.ts';
import type { Queue } from '../../queue/queue.ts';
import type { SubmitRow } from '../../queue/submit.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { claimNew, jobRow, silentQueue } from '../support/jobs.ts';

/** A value of which no text can be made. */
function unwritable(): JsonValue {
  const value: Record<string, JsonValue> = {};
  value['self'] = value;
  return value;
}

describe.each(databaseKinds)('statements of many tenants on the %s database', (kind) => {
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

  const poisonedRows: readonly (readonly [string, () => Partial<SubmitRow>])[] = [
    ['NUL in a name', () => ({ createdBy: 'a\u0000' })],
    ['a key that another input has', () => ({ idempotencyKey: 'same', inputHash: newId() })],
    ['an input of which no text can be made', () => ({ input: unwritable() })],
    ['an id that is none', () => ({ agentId: 'x' })],
    ['a number too large for its column', () => ({ maxAttempts: 2 ** 40 })],
    ['an input of more than a statement holds', () => ({ input: 'x'.repeat(4_500_000) })],
  ];

  it.each(poisonedRows)('queue the jobs of a tenant beside rows with %s', async (_, poison) => {
    const noisy = newId();
    const quiet = newId();
    const rows = Array.from({ length: 8 }, () => jobRow(quiet));
    const bad = Array.from({ length: 2 }, () => jobRow(noisy, poison()));
    const [results] = await Promise.all([queue.submit(rows), queue.submit(bad)]);
    expect(results).toEqual(rows.map(({ jobId, tenantId }) => ({ jobId, tenantId, isNew: true })));
    await test.database.pool.query("update jobs.job set state = 'CANCELLED'");
  });

  const poisonedWrites: readonly (readonly [string, () => Checkpoint])[] = [
    [
      'a result of which no text can be made',
      () => ({ journal: [{ key: 'k', value: unwritable() }] }),
    ],
    ['NUL in the key of a result', () => ({ journal: [{ key: 'k\u0000', value: 1 }] })],
    ['NUL in the type of an event', () => ({ events: [{ type: 't\u0000', data: {} }] })],
    ['half a pair in a task', () => ({ events: [{ type: 't', task: '\ud83d', data: {} }] })],
    ['a time that is none', () => ({ events: [{ type: 't', at: 'soon', data: {} }] })],
    [
      'NUL in a wait',
      () => ({ waits: [{ key: 'w', kind: 'approval', spec: { title: '\u0000' } }] }),
    ],
    [
      'results of more than a statement holds',
      () => ({ journal: [{ key: 'k', value: 'x'.repeat(4_500_000) }] }),
    ],
  ];

  it.each(poisonedWrites)('keep the results of a tenant beside %s', async (_, poison) => {
    const noisy = newId();
    const quiet = newId();
    const bad = [await claimNew(queue, jobRow(noisy)), await claimNew(queue, jobRow(noisy))];
    const good = [await claimNew(queue, jobRow(quiet)), await claimNew(queue, jobRow(quiet))];
    const beside = bad.map((job) => queue.checkpoint(job, poison()).catch(() => undefined));
    const written = await Promise.all(
      good.map((job) => queue.finish(job, {}, { state: 'SUCCEEDED', output: { ok: true } })),
    );
    await Promise.all(beside);
    expect(written).toMatchObject([{ state: 'SUCCEEDED' }, { state: 'SUCCEEDED' }]);
    for (const job of bad) await queue.finish(job, {}, { state: 'FAILED', error: null });
  });

  it('tell each parent of its child when the outcome of one cannot be written', async () => {
    const parents = [];
    for (const tenantId of [newId(), newId()]) {
      const parent = await claimNew(queue, jobRow(tenantId));
      const row = jobRow(tenantId, { parentId: parent.jobId });
      const wait = { key: 'w', kind: 'child' as const, spec: { jobId: row.jobId } };
      await queue.park(parent, { waits: [wait] }, { wakes: 0 });
      const child = await claimNew(queue, row);
      await queue.finish(child, {}, { state: 'SUCCEEDED', output: { n: 1 } });
      parents.push(parent.jobId);
    }
    const [first = ''] = parents;
    await test.database.pool.query(
      `create function jobs.refuse() returns trigger language plpgsql as $$
         begin
           if new.job_id = '${first}' and new.answer::text not like '%child-outcome-lost%' then
             raise exception using errcode = '54000';
           end if;
           return new;
         end $$;
       create trigger refuse before update on jobs.wait for each row execute function jobs.refuse()`,
    );
    expect(await queue.answerParents(10)).toBe(2);
    await test.database.pool.query('drop trigger refuse on jobs.wait');
    const histories = await queue.loadHistories(parents);
    const answers = parents.map((id) => histories.get(id)?.answers.get('w'));
    expect(answers).toMatchObject([
      { error: { title: 'Outcome of a child lost' } },
      { output: { n: 1 } },
    ]);
  });
});
