import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../kernel/ids.ts';
import { onPool } from '../../queue/statement.ts';
import { currentCursor, tailJobEvents, tailTenantEvents } from '../../queue/tail-events.ts';
import type { EventCursor, JobPlace } from '../../queue/tail-events.ts';
import { createTestDatabase, allDatabaseKinds, hasPostgres } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { claimNew, jobRow, silentQueue } from '../support/jobs.ts';
import { until } from '../support/until.ts';

describe.each(allDatabaseKinds)('reading events of the %s database', (kind) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it('follows one job by sequence', async () => {
    const { pool } = test.database;
    const tenantId = newId();
    const queue = silentQueue(pool);
    const job = await claimNew(queue, jobRow(tenantId));
    await queue.checkpoint(job, {
      events: ['a', 'b', 'c'].map((type) => ({ type, task: '/do/0', data: { type } })),
    });
    const other = await claimNew(queue, jobRow(tenantId));
    const { jobId } = job;
    const read = (places: readonly JobPlace[], of = tenantId) =>
      tailJobEvents(pool, { tenantId: of, places, limit: 2 });
    const [of = [], ofOther] = await read([
      { jobId, afterSeq: 1 },
      { jobId: other.jobId, afterSeq: 0 },
    ]);
    const [first, second] = of;
    expect(ofOther?.map((event) => event.jobId)).toEqual([other.jobId]);
    expect(first).toMatchObject({ seq: 2, type: 'a', task: '/do/0', data: { type: 'a' } });
    expect(second).toMatchObject({ seq: 3, type: 'b' });
    expect(await read([{ jobId, afterSeq: 4 }])).toEqual([[]]);
    expect(await read([{ jobId, afterSeq: 0 }], newId())).toEqual([[]]);
  });

  it('pages through the events of a tenant without gap or repeat', async () => {
    const { pool } = test.database;
    const tenantId = newId();
    const queue = silentQueue(pool);
    await queue.submit(Array.from({ length: 25 }, () => jobRow(tenantId)));
    await queue.submit([jobRow(newId())]);

    const seen: string[] = [];
    let after: EventCursor | undefined;
    for (;;) {
      const page = await tailTenantEvents(pool, { tenantId, limit: 7, ...(after && { after }) });
      seen.push(...page.events.map(({ jobId, seq }) => `${jobId}/${seq}`));
      after = page.next;
      if (page.events.length === 0 && seen.length >= 25) break;
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });

  it('comes back to what there is from a cursor that lies past it', async () => {
    const { pool } = test.database;
    const tenantId = newId();
    const queue = silentQueue(pool);
    const look = (after: EventCursor) => tailTenantEvents(pool, { tenantId, after, limit: 10 });
    const past = { tx: '800000000001', position: '3' };
    const one = await look(past);
    // Other tests move the present of the same server on, but not that far.
    expect(BigInt(one.next.tx)).toBeLessThan(BigInt(past.tx));
    const row = jobRow(tenantId);
    await queue.submit([row]);
    await until('the event that came then is told', async () => {
      const { events } = await look(one.next);
      return events.some(({ jobId }) => jobId === row.jobId);
    });
  });

  it('starts after what has happened when asked for the present', async () => {
    const { pool } = test.database;
    const tenantId = newId();
    const queue = silentQueue(pool);
    await queue.submit([jobRow(tenantId)]);
    const after = await currentCursor(onPool(pool));
    const row = jobRow(tenantId);
    await queue.submit([row]);
    // A transaction of another database on the same server may hold the event back for a moment.
    const events = await until('the event is shown', async () => {
      const page = await tailTenantEvents(pool, { tenantId, after, limit: 10 });
      return page.events.length > 0 && page.events;
    });
    expect(events.map(({ jobId }) => jobId)).toEqual([row.jobId]);
  });
});

describe.runIf(hasPostgres)('reading beside a long transaction', () => {
  it('holds back what is newer until the older is there, so that a cursor passes nothing', async () => {
    await using test = await createTestDatabase('postgres');
    const { pool } = test.database;
    const tenantId = newId();
    const queue = silentQueue(pool);
    const [early, slow, late] = [jobRow(tenantId), newId(), jobRow(tenantId)];
    await queue.submit([early]);
    const tail = (after?: EventCursor) =>
      tailTenantEvents(pool, { tenantId, limit: 10, ...(after && { after }) });
    // Transactions of other databases on the same server may hold events back for a moment.
    const shown = (count: number, after?: EventCursor) =>
      until(`${count} events are shown`, async () => {
        const page = await tail(after);
        return page.events.length === count && page;
      });
    const before = await shown(1);
    expect(before.events.map(({ jobId }) => jobId)).toEqual([early.jobId]);

    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query(
        `insert into jobs.event (tenant_id, job_id, seq, type, data) values ($1, $2, 1, 'slow', '{}')`,
        [tenantId, slow],
      );
      await queue.submit([late]);
      // What is still to be shown comes after the place to which those who found nothing more move on.
      const idle = await tail(before.next);
      expect(idle.events).toEqual([]);
      await client.query('commit');
      const rest = await shown(2, idle.next);
      expect(rest.events.map(({ jobId }) => jobId)).toEqual([slow, late.jobId]);
    } finally {
      client.release(true);
    }
  });
});
