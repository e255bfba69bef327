import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeMonths } from '../../core/history/make-months.ts';
import { diagnose } from '../../core/doctor/diagnosis.ts';
import { workChecks } from '../../core/doctor/work-checks.ts';
import { migrate } from '../../kernel/database/migrate.ts';
import { newId } from '../../kernel/ids.ts';
import { allDatabaseKinds, createTestDatabase, type TestDatabase } from '../support/database.ts';
import type { Queue } from '../../queue/queue.ts';
import { jobRow, silentQueue } from '../support/jobs.ts';
import { sized } from '../support/soak.ts';
import { openPool } from '../support/open-pool.ts';
import { silentLog } from '../support/log.ts';

const tables = ['jobs.job_io', 'jobs.journal', 'jobs.event', 'audit.event'] as const;

/** The first migration that has to do with months, and how much there is before it. */
const firstOfMonths = '20261130153100';
const jobsBefore = sized(2_000, 50_000);

const tally = `
  select (select count(*)::int from jobs.job) as jobs, (select count(*)::int from jobs.job_io) as inputs,
    (select count(*)::int from jobs.event) as events, (select count(*)::int from jobs.journal) as journal,
    (select count(*)::int from audit.event) as audits`;

type Tally = Readonly<Record<'jobs' | 'inputs' | 'events' | 'journal' | 'audits', number>>;

async function counted(pool: pg.Pool): Promise<Tally> {
  const { rows } = await pool.query<Tally>(tally);
  const [row] = rows;
  if (row === undefined) throw new Error('nothing was counted');
  return row;
}

/** What holds for the tables as wholes: the same, however the database came about. */
const facts = `
  select tablename, policyname, cmd, permissive, qual, with_check from pg_policies
  where schemaname || '.' || tablename in ('jobs.job_io', 'jobs.journal', 'jobs.event', 'audit.event')
  union all
  select tablename, indexname, indexdef, null, null, null from pg_indexes
  where schemaname || '.' || tablename in ('jobs.job_io', 'jobs.journal', 'jobs.event', 'audit.event')
  union all
  select table_name, column_name, data_type, column_default, identity_increment, is_nullable from information_schema.columns
  where table_schema || '.' || table_name in ('jobs.job_io', 'jobs.journal', 'jobs.event', 'audit.event')
  order by 1, 2, 3, 4, 5, 6`;

/** Has jobs run until it is told to stop, one after the other; answers how many. */
async function work(queue: Queue, tenantId: string, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (; !signal.aborted; count += 1) {
    const row = jobRow(tenantId, { lease: { owner: 'w', leaseMs: 60_000 } });
    await queue.submit([row]);
    const held = { jobId: row.jobId, epoch: 1 };
    await queue.checkpoint(held, { journal: [{ key: 'k', value: 1 }] });
    await queue.finish(
      held,
      { events: [{ type: 'dev.operandi.test.v1', data: {} }] },
      { state: 'SUCCEEDED', output: null },
    );
  }
  return count;
}

/** An id made at this instant. */
function idOf(at: string): string {
  const time = Date.parse(at).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}${newId().slice(13)}`;
}

describe.each(allDatabaseKinds)('tables of months on %s', (kind) => {
  let test: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
    pool = test.database.pool;
  });
  afterAll(() => test[Symbol.asyncDispose]());

  /** Which part of a table holds the rows of a job, or the audit event. */
  async function partOf(table: string, id: string): Promise<string[]> {
    const key = table === 'audit.event' ? 'id' : 'job_id';
    const { rows } = await pool.query<{ part: string }>(
      `select distinct tableoid::regclass::text as part from ${table} where ${key} = $1`,
      [id],
    );
    return rows.map(({ part }) => part);
  }

  async function monthName(further: number): Promise<string> {
    const { rows } = await pool.query<{ name: string }>(
      `select to_char(jobs.month_of(now(), $1) at time zone 'UTC', 'YYYY_MM') as name`,
      [further],
    );
    return rows[0]?.name ?? '';
  }

  it('take the rows of a job by the month of its id, whenever that was', async () => {
    const queue = silentQueue(pool);
    const month = await monthName(0);
    const wanted = [
      [newId(), `_${month}`],
      [idOf('2020-02-03T00:00:00Z'), '_before'],
      [idOf('2090-02-03T00:00:00Z'), '_other'],
    ] as const;
    for (const [jobId, part] of wanted) {
      const row = jobRow(newId(), { jobId });
      await queue.submit([{ ...row, audit: { ...row.audit, id: jobId } }]);
      for (const table of tables.filter((name) => name !== 'jobs.journal'))
        expect(await partOf(table, jobId)).toEqual([`${table}${part}`]);
    }
    const claimed = await queue.claim({ owner: 'w', limit: 10, leaseMs: 60_000 });
    expect(claimed.map(({ jobId }) => jobId).sort()).toEqual(wanted.map(([id]) => id).sort());
    for (const job of claimed) {
      await queue.checkpoint(job, { journal: [{ key: 'k', value: 1 }] });
      const history = (await queue.loadHistories([job.jobId])).get(job.jobId);
      expect(history?.journal).toEqual([{ key: 'k', value: 1 }]);
      await queue.finish(job, {}, { state: 'SUCCEEDED', output: { ok: true } });
    }
    const { rows } = await pool.query('select output from jobs.job_io');
    expect(rows).toEqual(wanted.map(() => ({ output: { ok: true } })));
    await pool.query(
      'delete from jobs.job; delete from jobs.job_io; delete from jobs.event; delete from jobs.journal; delete from audit.event',
    );
  });

  it('are made ahead by the worker, which owns none, and what came before them is moved', async () => {
    const next = await monthName(1);
    const { rows } = await pool.query<{ at: Date }>('select jobs.month_of(now(), 1) as at');
    const jobId = idOf(rows[0]?.at.toISOString() ?? '');
    const services = { database: test.database, log: silentLog };
    expect(await makeMonths(services)).toBe(false);
    for (const table of tables) await pool.query(`drop table ${table}_${next}`);
    const row = jobRow(newId(), { jobId });
    await silentQueue(pool).submit([row]);
    expect(await partOf('jobs.event', jobId)).toEqual(['jobs.event_other']);
    expect(await months()).toMatchObject({
      standing: 'bad',
      found: expect.stringContaining(`jobs.event ${next.replace('_', '-')}`) as string,
    });

    for (const _ of tables) expect(await makeMonths(services)).toBe(true);
    expect(await makeMonths(services)).toBe(false);
    expect(await partOf('jobs.event', jobId)).toEqual([`jobs.event_${next}`]);
    expect(await partOf('jobs.job_io', jobId)).toEqual([`jobs.job_io_${next}`]);
    expect((await months()).standing).toBe('good');
    const { rows: guarded } = await pool.query(
      `select relrowsecurity and relforcerowsecurity as "isGuarded" from pg_class where oid = $1::regclass`,
      [`jobs.event_${next}`],
    );
    expect(guarded).toEqual([{ isGuarded: true }]);
  });

  it('step back where somebody holds a table, and are made later', async () => {
    const next = await monthName(1);
    const services = { database: test.database, log: silentLog };
    await pool.query(`drop table jobs.journal_${next}`);
    const holder = await pool.connect();
    try {
      await holder.query('begin');
      await holder.query('select from jobs.journal');
      expect(await makeMonths(services)).toBe(false);
      await holder.query('rollback');
    } finally {
      holder.release();
    }
    expect(await makeMonths(services)).toBe(true);
  });

  it('go when nothing is left in them, but not the one of now', async () => {
    const drop = async () =>
      (await pool.query<{ name: string | null }>('select jobs.drop_empty_month() as name')).rows[0]
        ?.name;
    // What other tests have emptied.
    while ((await drop()) !== null);
    await pool.query(`drop table if exists audit.event_before`);
    await pool.query(`select jobs.add_month('audit.event', 'id', '2020-01-01')`);
    await pool.query(
      `insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, data)
      values ($1, $2, 'a.b', 'user', 'u', 'U', 'job', 'j', '{}')`,
      [newId(), idOf('2020-01-05T00:00:00Z')],
    );
    expect(await drop()).toBeNull();
    await pool.query('delete from audit.event_2020_01');
    expect(await drop()).toBe('audit.event_2020_01');
    expect(await drop()).toBeNull();
    const { rows } = await pool.query('select part::text from jobs.history_parts($1)', [
      'audit.event',
    ]);
    expect(rows).toHaveLength(3);
  });

  it('have the doctor name rows that belong to no month', async () => {
    await silentQueue(pool).submit([jobRow(newId(), { jobId: idOf('2090-01-01T00:00:00Z') })]);
    expect(await months()).toMatchObject({
      standing: 'doubtful',
      found: expect.stringContaining('jobs.event_other') as string,
    });
  });

  it('are what a database with rows becomes while others go on writing', async () => {
    const url = new URL(test.database.url);
    url.pathname = '/grown';
    await pool.query('create database grown');
    await using stack = new AsyncDisposableStack();
    stack.defer(() => pool.query('drop database grown with (force)').then(() => undefined));
    const grown = openPool(url.href, 3);
    stack.defer(() => grown.end());
    // With what the queue of today writes besides.
    await migrate(grown, {
      isWanted: (name) => name < firstOfMonths || name.endsWith('_job_trace'),
    });
    const queue = silentQueue(grown);
    const tenantId = newId();
    await queue.submit(Array.from({ length: jobsBefore }, () => jobRow(tenantId)));
    const stray = idOf('2090-01-01T00:00:00Z');
    await queue.submit([jobRow(tenantId, { jobId: stray })]);
    const before = await counted(grown);

    const stop = new AbortController();
    const writing = work(queue, tenantId, stop.signal);
    await migrate(grown);
    stop.abort();
    const written = await writing;
    expect(written).toBeGreaterThan(0);
    expect(await counted(grown)).toEqual({
      jobs: before.jobs + written,
      events: before.events + 2 * written,
      inputs: before.inputs + written,
      audits: before.audits + 2 * written,
      journal: before.journal + written,
    });
    const { rows: astray } = await grown.query('select job_id from jobs.event_other');
    expect(astray).toEqual([{ job_id: stray }]);

    // Positions go on where they were: readers of a tenant's events have seen all before.
    const { rows: last } = await grown.query<{ id: string }>(
      'select job_id as id from jobs.event order by position desc limit 1',
    );
    const newest = jobRow(tenantId);
    await silentQueue(grown).submit([newest]);
    const { rows: next } = await grown.query<{ id: string }>(
      'select job_id as id from jobs.event order by position desc limit 1',
    );
    expect(last).not.toEqual(next);
    expect(next).toEqual([{ id: newest.jobId }]);
    // As in a database that was made so.
    expect((await grown.query(facts)).rows).toEqual((await pool.query(facts)).rows);
  });

  async function months() {
    const checks = workChecks(test.database).filter(({ name }) => name === 'work/history-months');
    const [found] = await diagnose(checks);
    if (found === undefined) throw new Error('the doctor does not look at months');
    return found;
  }
});
