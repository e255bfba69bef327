import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeLegalHold } from '../../core/audit/holds/place-hold.ts';
import { releaseLegalHold } from '../../core/audit/holds/release-hold.ts';
import type { VerbContext } from '../../core/context.ts';
import { redriveJob } from '../../core/jobs/redrive-job.ts';
import { forgetJobs } from '../../core/jobs/retention/forget-jobs.ts';
import { jobRetention } from '../../core/jobs/retention/retention.ts';
import { setJobRetention } from '../../core/jobs/retention/set-job-retention.ts';
import { newId } from '../../kernel/ids.ts';
import { allDatabaseKinds, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { jobRow, silentQueue } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const historyTables = ['jobs.job_io', 'jobs.journal', 'jobs.event'] as const;

describe.each(allDatabaseKinds)('retention of jobs on %s', (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
    // A month of long ago, as it is there when the platform has run since.
    for (const table of historyTables)
      await test.database.pool.query(
        `drop table ${table}_before; select jobs.add_month('${table}', 'job_id', '2020-01-01')`,
      );
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  const query = <Row extends object>(text: string, values: readonly unknown[] = []) =>
    test.database.pool.query<Row>(text, [...values]);

  /** An id of long ago. */
  const oldId = (): string => `016f6000-0000${newId().slice(13)}`;

  /** Jobs of a tenant of long ago, over since then. */
  async function oldJobs(context: VerbContext, count: number, state = 'SUCCEEDED') {
    const { tenantId } = context.actor;
    const ids = Array.from({ length: count }, oldId);
    const queue = silentQueue(test.database.pool);
    await queue.submit(
      ids.map((jobId) => jobRow(tenantId, { jobId, lease: { owner: 'w', leaseMs: 60_000 } })),
    );
    for (const jobId of ids)
      await queue.checkpoint({ jobId, epoch: 1 }, { journal: [{ key: 'k', value: 1 }] });
    if (state !== 'RUNNING')
      await query(
        `update jobs.job set state = $2::jobs.job_state, finished_at = now() - interval '5 years' where id = any($1)`,
        [ids, state],
      );
    return ids;
  }

  async function rowsOf(ids: readonly string[]): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const table of historyTables) {
      const { rows } = await query<{ n: number }>(
        `select count(distinct job_id)::int as n from ${table} where job_id = any($1)`,
        [ids],
      );
      counts[table] = rows[0]?.n ?? -1;
    }
    const { rows } = await query<{ n: number }>(
      `select count(*)::int as n from jobs.job where id = any($1)`,
      [ids],
    );
    return { ...counts, 'jobs.job': rows[0]?.n ?? -1 };
  }

  const all = (n: number) => ({
    'jobs.job_io': n,
    'jobs.journal': n,
    'jobs.event': n,
    'jobs.job': n,
  });
  const hasMonth = async (table: string) =>
    (
      await query<{ has: boolean }>(`select to_regclass($1) is not null as has`, [
        `${table}_before`,
      ])
    ).rows[0]?.has;
  const forgetAll = async (): Promise<void> => {
    while (
      await forgetJobs({ database: test.database, log: silentLog }, { tenants: 100, jobs: 3 })
    );
  };

  it('drops the tables of a month that nobody keeps anything of, and their jobs cannot be redriven', async () => {
    const one = await contextOfNewTenant(services);
    const other = await contextOfNewTenant(services);
    const ids = [...(await oldJobs(one, 4, 'FAILED')), ...(await oldJobs(other, 2))];
    await setJobRetention(one, { days: 30 });
    const drop = async () =>
      (await query<{ name: string | null }>('select jobs.drop_month() as name')).rows[0]?.name;
    expect(await drop()).toBeNull();
    await setJobRetention(other, { days: 60 });
    const [endless = ''] = await oldJobs(other, 1, 'RUNNING');
    expect(await drop()).toBeNull();
    await query(`update jobs.job set state = 'DEAD', finished_at = '2020-03-01' where id = $1`, [
      endless,
    ]);
    const hold = await placeLegalHold(other, { name: 'case 8', reason: 'a court wants it' });
    expect(await drop()).toBeNull();
    await releaseLegalHold(other, { id: hold.id });

    expect(await drop()).toBe('jobs.job_io_2020_01, jobs.journal_2020_01, jobs.event_2020_01');
    for (const table of historyTables) expect(await hasMonth(table)).toBe(false);
    expect(await rowsOf([...ids, endless])).toEqual({ ...all(0), 'jobs.job': 7 });
    await expect(redriveJob(one, { id: ids[0] })).rejects.toThrow();
    await forgetAll();
    expect(await rowsOf([...ids, endless])).toEqual(all(0));
  });

  it('forgets jobs by policy, in portions, and says so; not those of others, nor what goes on', async () => {
    const mine = await contextOfNewTenant(services);
    const theirs = await contextOfNewTenant(services);
    const gone = await oldJobs(mine, 7);
    const running = await oldJobs(mine, 1, 'RUNNING');
    const kept = await oldJobs(theirs, 3);
    expect(await jobRetention(mine)).toEqual({ days: null, forgotten: '0', forgottenAt: null });
    await forgetAll();
    expect(await rowsOf(gone)).toEqual(all(7));

    await setJobRetention(mine, { days: 30 });
    await forgetAll();
    expect(await rowsOf(gone)).toEqual(all(0));
    expect(await rowsOf(running)).toEqual(all(1));
    expect(await rowsOf(kept)).toEqual(all(3));
    expect(await jobRetention(mine)).toMatchObject({ days: 30, forgotten: '7' });
    const told = (await auditLogOf(test.database, mine.actor.tenantId)).filter(({ action }) =>
      ['job.set-retention', 'job.forget'].includes(action),
    );
    expect(told.map(({ action, data }) => ({ action, data }))).toEqual([
      { action: 'job.set-retention', data: { from: null, to: 30 } },
      ...[3, 3, 1].map((jobs) => ({ action: 'job.forget', data: { jobs, days: 30 } })),
    ]);
    await query('update jobs.job set state = $2, finished_at = $3 where id = any($1)', [
      running,
      'FAILED',
      new Date('2020-02-01'),
    ]);
    await setJobRetention(theirs, { days: 400 });
  });

  it('keeps a job that ended lately, whenever it was submitted, and one whose parent goes on', async () => {
    const context = await contextOfNewTenant(services);
    const [late = ''] = await oldJobs(context, 1);
    await query(`update jobs.job set finished_at = now() - interval '3 days' where id = $1`, [
      late,
    ]);
    const [child = ''] = await oldJobs(context, 1);
    const [parent = ''] = await oldJobs(context, 1, 'RUNNING');
    await query('update jobs.job set parent_id = $2 where id = $1', [child, parent]);
    await setJobRetention(context, { days: 4 });
    await forgetAll();
    expect(await rowsOf([late, child, parent])).toEqual(all(3));
    await query(
      `update jobs.job set state = 'CANCELLED', finished_at = now() - interval '5 days' where id = any($1)`,
      [[late, parent]],
    );
    await forgetAll();
    expect(await rowsOf([late, child, parent])).toEqual(all(0));
  });

  it('stands still while a legal hold is placed, or a copier is behind', async () => {
    const context = await contextOfNewTenant(services);
    const ids = await oldJobs(context, 2);
    await setJobRetention(context, { days: 1 });
    const hold = await placeLegalHold(context, { name: 'case 7', reason: 'a court wants it' });
    await forgetAll();
    expect(await rowsOf(ids)).toEqual(all(2));
    await releaseLegalHold(context, { id: hold.id });

    await query(`insert into jobs.history_copier (name, copied_at) values ('lake', '2020-01-01')`);
    await forgetAll();
    expect(await rowsOf(ids)).toEqual(all(2));
    await query(`update jobs.history_copier set copied_at = now(), behind = array[$1::uuid]`, [
      context.actor.tenantId,
    ]);
    await forgetAll();
    expect(await rowsOf(ids)).toEqual(all(2));
    await query(
      `update jobs.history_copier set copied_at = '2020-01-01', seen_at = now() - interval '8 days'`,
    );
    await forgetAll();
    expect(await rowsOf(ids)).toEqual(all(0));
  });

  it('gives nobody else the right to delete', async () => {
    const { actor } = await contextOfNewTenant(services);
    for (const table of ['jobs.job', ...historyTables.filter((name) => name !== 'jobs.journal')])
      await expect(
        test.database.withTenant(actor.tenantId, (tx) =>
          tx.$executeRawUnsafe(`delete from ${table}`),
        ),
      ).rejects.toThrow();
    await expect(
      test.database.withTenant(actor.tenantId, (tx) => tx.$queryRaw`select jobs.drop_month()`),
    ).rejects.toThrow();
  });
});
