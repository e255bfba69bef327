import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../kernel/database/database.ts';
import { Prisma } from '../../prisma/_generated/client.ts';
import { countJobs } from '../../core/jobs/count-jobs.ts';
import { jobFilter } from '../../core/jobs/job-filter.ts';
import { searchOf } from '../../core/jobs/job-conditions.ts';
import { findJobPlaces, type JobOrder } from '../../core/jobs/job-pages.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, hasPostgres } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertTenant } from '../support/tenant.ts';
import { contextFor, openTestServices } from '../support/verb-context.ts';

/** Most of them of one tenant; a million would take half a minute to insert, and the plans are those of this size. */
const jobCount = 200_000;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows of tables that a plan has looked at, and the tables it has read whole. */
function looked(plan: Plan): { readonly rows: number; readonly whole: readonly string[] } {
  const below = (plan.Plans ?? []).map(looked);
  const name = plan['Relation Name'];
  const isTable = name !== undefined || plan['Node Type'] === 'Bitmap Index Scan';
  const each = (plan['Actual Rows'] ?? 0) + (plan['Rows Removed by Filter'] ?? 0);
  return {
    rows:
      (isTable ? each * (plan['Actual Loops'] ?? 1) : 0) +
      below.reduce((sum, { rows }) => sum + rows, 0),
    whole: [
      ...(plan['Node Type'] === 'Seq Scan' ? [name ?? ''] : []),
      ...below.flatMap(({ whole }) => whole),
    ],
  };
}

/** A transaction that explains what it is asked, and answers nothing. */
function explaining(tx: Transaction, plans: Plan[]): Transaction {
  const $queryRaw = async (texts: TemplateStringsArray, ...values: unknown[]) => {
    const asked = Prisma.sql(texts, ...values);
    if (!asked.text.includes('order by')) return await tx.$queryRaw(asked);
    const [answer] = await tx.$queryRaw<readonly { 'QUERY PLAN': readonly { Plan: Plan }[] }[]>(
      Prisma.sql`explain (analyze, format json) ${asked}`,
    );
    const plan = answer?.['QUERY PLAN'][0]?.Plan;
    if (plan !== undefined) plans.push(plan);
    return [];
  };
  return { ...tx, $queryRaw } as unknown as Transaction;
}

describe.runIf(hasPostgres)('lists of jobs among many', () => {
  let test: TestDatabase;
  let tenantId: string;

  beforeAll(async () => {
    test = await createTestDatabase('postgres');
    tenantId = await insertTenant(test.database);
    await fill(test, tenantId);
  }, 120_000);
  afterAll(() => test[Symbol.asyncDispose]());

  async function planOf(filter: object, orderBy: JobOrder) {
    const plans: Plan[] = [];
    await test.database.withTenant(
      tenantId,
      async (tx) => {
        const search = await searchOf(tx, { tenantId, filter: jobFilter.parse(filter) });
        if (search === undefined) throw new Error('there is no such agent');
        const window = { after: undefined, before: undefined, isBackward: false, take: 21 };
        await findJobPlaces(explaining(tx, plans), { search, order: orderBy, window });
      },
      { isReadOnly: true },
    );
    const [plan] = plans;
    return plan === undefined ? { plan, rows: 0, whole: [] } : { plan, ...looked(plan) };
  }

  const orders: readonly JobOrder[] = [
    'CREATED_DESC',
    'CREATED_ASC',
    'FINISHED_DESC',
    'FINISHED_ASC',
  ];
  const recent = { createdFrom: '2026-01-03T00:00:00Z', createdBefore: '2026-01-03T00:10:00Z' };
  const filters: readonly (readonly [string, object])[] = [
    ['nothing', {}],
    ['an agent', { agent: 'busy' }],
    ['an agent with few jobs', { agent: 'rare' }],
    ['an old version', { agent: 'busy', version: 1 }],
    ['a rare label', { labels: [{ key: 'order', value: '77' }] }],
    [
      'a common and a rare label',
      {
        labels: [
          { key: 'order', value: '78' },
          { key: 'all', value: 'x' },
        ],
      },
    ],
    ['what failed', { states: ['FAILED'] }],
    ['what failed of an agent', { agent: 'busy', states: ['FAILED', 'DEAD'] }],
    ['what is live', { states: ['QUEUED', 'RUNNING', 'WAITING', 'PAUSED'] }],
    ['what succeeded or failed', { states: ['SUCCEEDED', 'FAILED'] }],
    ['ten minutes', recent],
    ['an agent in ten minutes', { ...recent, agent: 'busy' }],
    ['a rare priority', { priorities: ['URGENT'] }],
    ['a key', { idempotencyKey: 'key-123' }],
    ['the begin of an id', { idPrefix: '00000000-0000-7000-8000-00000001' }],
    ['a parent', { parentId: '00000000-0000-7000-8000-000000000005' }],
  ];
  const cases = filters.flatMap(([name, filter]) =>
    orders.map((order) => ({ name, filter, order })),
  );

  it.each(cases)('find $name in order $order by indexes', async ({ filter, order }) => {
    const { rows, whole, plan } = await planOf(filter, order);
    expect(whole, JSON.stringify(plan)).not.toContain('job');
    expect(whole, JSON.stringify(plan)).not.toContain('job_label');
    expect(rows, JSON.stringify(plan)).toBeLessThan(jobCount / 40);
  });

  it('are counted to ten thousand and then estimated within a tenth', async () => {
    await using services = openTestServices(test.database);
    const context = contextFor(services, tenantId);
    const all = await countJobs(context, {});
    expect(all.isEstimate).toBe(true);
    expect(all.count / jobCount).toBeGreaterThan(0.9);
    expect(all.count / jobCount).toBeLessThan(1.1);
    const few = { labels: [{ key: 'order', value: '77' }] };
    expect(await countJobs(context, few)).toEqual({ count: 4, isEstimate: false });
  });
});

/** A quarter a minute; one in a thousand failed, one in ten thousand is live. */
async function fill({ database: { pool } }: TestDatabase, tenantId: string): Promise<void> {
  const agents = { busy: newId(), rare: newId() };
  for (const [name, id] of Object.entries(agents)) {
    await pool.query(
      `insert into jobs.agent (tenant_id, id, name, current_version) values ($1, $2, $3, 20)`,
      [tenantId, id, name],
    );
    await pool.query(
      `insert into jobs.agent_version (tenant_id, id, agent_id, version, definition, hash, created_by)
       select $1, gen_random_uuid(), $2, n, '', '', '' from generate_series(1, 20) as n`,
      [tenantId, id],
    );
  }
  await pool.query(
    `insert into jobs.job (tenant_id, id, agent_id, agent_version_id, priority, claim_key, input_hash, created_by, submitter,
       idempotency_key, parent_id, created_at, finished_at, state)
     select $1, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, version.agent_id, version.id, case when n % 2000 = 11 then 3 else 1 end, n, '', '', 'user:a',
       'key-' || n, case when n % 50000 = 1 then '00000000-0000-7000-8000-000000000005'::uuid end,
       timestamptz '2026-01-01Z' + n * interval '1 s',
       case when n % 10000 <> 7 then timestamptz '2026-01-01Z' + n * interval '1 s' + n % 60 * interval '1 s' end,
       (case when n % 10000 = 7 then 'WAITING' when n % 1000 = 8 then 'FAILED' else 'SUCCEEDED' end)::jobs.job_state
     from generate_series(1, $4::int) as n
     join jobs.agent_version as version on version.tenant_id = $1
       and version.agent_id = case when n % 5000 = 9 then $3::uuid else $2::uuid end
       and version.version = least(20, 1 + n / 1000)`,
    [tenantId, agents.busy, agents.rare, jobCount],
  );
  await pool.query(
    `insert into jobs.job_label (tenant_id, job_id, key, value, created_at)
     select tenant_id, id, 'order', (claim_key % 50000)::text, created_at from jobs.job
     union all
     select tenant_id, id, 'all', 'x', created_at from jobs.job where claim_key % 4 = 0`,
  );
  await pool.query('vacuum analyze jobs.job');
  await pool.query('vacuum analyze jobs.job_label');
}
