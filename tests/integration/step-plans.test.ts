import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stepsQuery } from '../../core/jobs/list-job-steps.ts';
import type { Window } from '../../core/pagination.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, databaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

const steps = 3_000;

interface PlanNode {
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

describe.each(databaseKinds)('steps of long jobs on the %s database', (kind) => {
  let test: TestDatabase;
  const tenantId = newId();
  const jobId = newId();
  beforeAll(async () => {
    test = await createTestDatabase(kind);
    // Each step tells three things; those of all steps are mixed, as branches mix them, and the last one ends late.
    await test.database.pool.query(
      `insert into jobs.event (tenant_id, job_id, seq, type, key, task, data)
       select $1, $2, row_number() over (order by at, part), 'io.serverlessworkflow.task.' || part || '.v1',
         row_number() over (order by at, part) || ':' || part, '/do/0/each/do/0/one',
         jsonb_build_object('execution', '/do/0/each@' || step || '/do/0/one', 'name', 'one')
       from (
         select step, part, step + case part when 'completed' then 50 else 0 end as at
         from generate_series(1, $3::int) as step, unnest(array['created', 'started', 'completed']) as part
       ) as told`,
      [tenantId, jobId, steps],
    );
    await test.database.pool.query('analyze jobs.event');
  });
  afterAll(() => test[Symbol.asyncDispose]());

  /** The nodes of the plan that read events, as they were carried out. */
  async function scansOf(page: Partial<Window>): Promise<readonly PlanNode[]> {
    const window = { after: undefined, before: undefined, isBackward: false, take: 101, ...page };
    const { text, values } = stepsQuery(tenantId, {
      ...window,
      each: [{ wanted: { jobId }, window }],
    });
    const { rows } = await test.database.pool.query<{
      'QUERY PLAN': readonly [{ readonly Plan: PlanNode }];
    }>(`explain (analyze, format json) ${text}`, [...values]);
    return nodesOf(rows[0]?.['QUERY PLAN'][0].Plan).filter(
      ({ 'Relation Name': name = '', 'Actual Loops': loops }) =>
        // Months that cannot hold the job are never looked at.
        name.startsWith('event_') && loops > 0,
    );
  }

  /** The index of the whole table to which one of a month belongs. */
  async function wholeIndexes(): Promise<ReadonlyMap<string, string>> {
    const { rows } = await test.database.pool.query<{ part: string; whole: string }>(
      `select part.relname as part, whole.relname as whole
       from pg_inherits join pg_class as part on part.oid = inhrelid join pg_class as whole on whole.oid = inhparent
       where part.relkind = 'i' and part.relnamespace = 'jobs'::regnamespace`,
    );
    return new Map(rows.map(({ part, whole }) => [part, whole]));
  }

  const pages: readonly (readonly [string, Partial<Window>])[] = [
    ['at the beginning', {}],
    ['in the middle', { after: ['4500'] }],
    ['near the end', { after: ['8500'] }],
    ['from the end', { isBackward: true }],
    ['back from the middle', { isBackward: true, before: ['4500'] }],
  ];

  it.each(pages)('are read by index, a page of them and no more, %s', async (_where, page) => {
    const scans = await scansOf(page);
    const names = await wholeIndexes();
    expect(scans.map((scan) => names.get(scan['Index Name'] ?? '')).sort()).toEqual([
      'event_of_step',
      'event_of_step',
      'event_pkey',
      'event_pkey',
      'event_pkey',
    ]);
    const read = scans.map(
      (scan) =>
        (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops'],
    );
    // Of a page of 101 in a story of 9,000 events.
    expect(Math.max(...read)).toBeLessThan(600);
  });
});

function nodesOf(node: PlanNode | undefined): readonly PlanNode[] {
  return node === undefined ? [] : [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
