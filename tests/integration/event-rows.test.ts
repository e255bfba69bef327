import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../kernel/ids.ts';
import type { ClaimedJob } from '../../queue/claim.ts';
import type { EventDraft } from '../../queue/job.ts';
import type { Queue } from '../../queue/queue.ts';
import { redriveJob } from '../../queue/redrive.ts';
import { inTransaction, onPool } from '../../queue/statement.ts';
import { tailJobEvents, tailTenantEvents, type EventCursor } from '../../queue/tail-events.ts';
import { cancelJob } from '../../queue/requests.ts';
import { createTestDatabase, hasPostgres } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { claimNew, endLease, jobEvents, jobRow, silentQueue } from '../support/jobs.ts';
import { until } from '../support/until.ts';

const at = '2026-01-01T00:00:00.000Z';

/** Events of a definition, numbered from one on. */
function told(from: number, to: number): readonly EventDraft[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    type: 'io.serverlessworkflow.task.created.v1',
    key: `${String(from + index)}:task.created.v1`,
    ...{ at, task: '/do/0/one' },
    data: { execution: `/do/0/one@${String(from + index)}`, name: 'one', kind: 'set' },
  }));
}

describe.runIf(hasPostgres)('events that are told at once', () => {
  let test: TestDatabase;
  let queue: Queue;
  let tenantId: string;
  beforeAll(async () => {
    test = await createTestDatabase('postgres');
    queue = silentQueue(test.database.pool);
  });
  afterAll(() => test[Symbol.asyncDispose]());
  beforeEach(() => {
    tenantId = newId();
  });

  const rowsOf = async ({ jobId }: Pick<ClaimedJob, 'jobId'>) => {
    const { rows } = await test.database.pool.query<{ seq: number; count: number }>(
      'select seq, count from jobs.event where job_id = $1 order by seq',
      [jobId],
    );
    return rows.map(({ seq, count }) => [seq, count]);
  };
  const keysOf = async (jobId: string) => {
    const { rows } = await test.database.pool.query<{ key: string | null }>(
      'select key from jobs.story where job_id = $1 and key is not null order by seq',
      [jobId],
    );
    return rows.map(({ key }) => key);
  };
  const seqs = (events: readonly { readonly seq: number }[]) => events.map(({ seq }) => seq);
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  it('share few rows and are read from every place between them', async () => {
    const job = await claimNew(queue, jobRow(tenantId));
    await queue.checkpoint(job, { events: told(1, 70) });
    expect(await rowsOf(job)).toEqual([
      [1, 1],
      [2, 64],
      [66, 6],
    ]);
    expect(seqs(await jobEvents(test.database.pool, job.jobId))).toEqual(upTo(71));
    for (const afterSeq of [0, 1, 2, 40, 64, 65, 70, 71]) {
      const places = [{ jobId: job.jobId, afterSeq }];
      const [found = []] = await tailJobEvents(test.database.pool, {
        tenantId,
        places,
        limit: 100,
      });
      expect(seqs(found)).toEqual(upTo(71).filter((seq) => seq > afterSeq));
    }
  });

  it('follow each other in the stream of their tenant, however it is paged', async () => {
    const { pool } = test.database;
    const [one, other] = [
      await claimNew(queue, jobRow(tenantId)),
      await claimNew(queue, jobRow(tenantId)),
    ];
    await Promise.all([one, other].map((job) => queue.checkpoint(job, { events: told(1, 30) })));
    await queue.checkpoint(one, { events: told(31, 40) });
    const seen = new Map<string, number[]>([one, other].map(({ jobId }) => [jobId, []]));
    let after: EventCursor | undefined;
    await until('all are shown', async () => {
      const page = await tailTenantEvents(pool, { tenantId, limit: 7, ...(after && { after }) });
      after = page.next;
      for (const { jobId, seq } of page.events) seen.get(jobId)?.push(seq);
      return (seen.get(one.jobId)?.length ?? 0) >= 41 && (seen.get(other.jobId)?.length ?? 0) >= 31;
    });
    expect(seen.get(one.jobId)).toEqual(upTo(41));
    expect(seen.get(other.jobId)).toEqual(upTo(31));
  });

  it('are written once, also where a part of them is known', async () => {
    const job = await claimNew(queue, jobRow(tenantId));
    expect(await queue.checkpoint(job, { events: told(1, 5) })).toMatchObject({ events: 5 });
    expect(await queue.checkpoint(job, { events: told(1, 5) })).toMatchObject({ events: 0 });
    expect(await queue.checkpoint(job, { events: told(3, 9) })).toMatchObject({ events: 4 });
    expect(seqs(await jobEvents(test.database.pool, job.jobId))).toEqual(upTo(10));
    expect((await keysOf(job.jobId)).map((key) => Number.parseInt(key ?? '', 10))).toEqual(upTo(9));
  });

  it('are known to the next holder', async () => {
    const job = await claimNew(queue, jobRow(tenantId));
    await queue.checkpoint(job, { events: told(1, 5) });
    const { jobId } = job;
    expect((await queue.loadHistories([jobId])).get(jobId)?.told.upTo).toBe(5);
  });

  it('go on after rows from before, of which each holds one', async () => {
    const { pool } = test.database;
    const job = await claimNew(queue, jobRow(tenantId));
    const { jobId } = job;
    await pool.query('update jobs.job set told = null, event_seq = 4 where id = $1', [jobId]);
    await pool.query(
      `insert into jobs.event (tenant_id, job_id, seq, type, key, task, data)
       select $1, $2, n + 1, 'io.serverlessworkflow.task.created.v1', n || ':task.created.v1', '/do/0/one', '{}'
       from generate_series(1, 3) as n`,
      [tenantId, jobId],
    );
    expect((await queue.loadHistories([jobId])).get(jobId)?.told.upTo).toBe(3);
    expect(await queue.checkpoint(job, { events: told(1, 6) })).toMatchObject({ events: 3 });
    expect(await queue.checkpoint(job, { events: told(7, 8) })).toMatchObject({ events: 2 });
    expect((await keysOf(jobId)).map((key) => Number.parseInt(key ?? '', 10))).toEqual(upTo(8));
    expect((await queue.loadHistories([jobId])).get(jobId)?.told.upTo).toBe(8);
  });

  it('are taken back by a redrive from the one on that does not hold, and told anew', async () => {
    const job = await claimNew(queue, jobRow(tenantId));
    const { jobId, epoch } = job;
    await queue.finish(job, { events: told(1, 6) }, { state: 'FAILED', error: {} });
    await test.database.withTenant(tenantId, (tx) =>
      redriveJob(inTransaction(tx), {
        ...{ tenantId, jobId, epoch, forgotten: [], received: [], isForgetful: false },
        ...{ mark: { key: '!redrive@1', value: {} }, data: {}, untoldFrom: 4 },
      }),
    );
    expect((await queue.loadHistories([jobId])).get(jobId)?.told.upTo).toBe(3);
    const [again] = await queue.claim({ owner: 'w', limit: 1, leaseMs: 60_000 });
    if (again?.jobId !== jobId) throw new Error('another job was claimed');
    await queue.checkpoint(again, { events: told(4, 6) });
    expect((await keysOf(jobId)).map((key) => key?.replace(/:.*created.*/, ''))).toEqual([
      ...['1', '2', '3'],
      ...[4, 5, 6].map((n) => `untold@${String(epoch + 1)}:${String(n)}`),
      ...['4', '5', '6'],
    ]);
    expect(seqs(await jobEvents(test.database.pool, jobId))).toEqual(upTo(11));
  });

  it('tell of the tasks under way when their job is cancelled', async () => {
    const job = await claimNew(queue, jobRow(tenantId));
    const { jobId } = job;
    const ended: EventDraft = {
      ...{ type: 'io.serverlessworkflow.task.completed.v1', key: '3:task.completed.v1', at },
      ...{ task: '/do/0/one', data: { execution: '/do/0/one@1' } },
    };
    await queue.checkpoint(job, { events: [...told(1, 2), ended] });
    await cancelJob(onPool(test.database.pool), { tenantId, jobId });
    const { rows } = await test.database.pool.query<{ execution: string }>(
      `select data ->> 'execution' as execution from jobs.story
       where job_id = $1 and type = 'io.serverlessworkflow.task.cancelled.v1'`,
      [jobId],
    );
    expect(rows).toEqual([{ execution: '/do/0/one@2' }]);
    await endLease(test.database.pool, jobId);
  });
});
