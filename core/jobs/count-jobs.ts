import { z } from 'zod';

import { Prisma } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { permit } from '../access/permit.ts';
import { reachOf } from '../access/reach.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { inStates, jobConditions, searchOf, type JobSearch } from './job-conditions.ts';
import { jobFilter } from './job-filter.ts';

/** How many jobs a filter shows. */
export interface JobCount {
  readonly count: number;
  /** True: what the planner of the database takes it for, from its last look at the table. */
  readonly isEstimate: boolean;
}

/** Up to so many are counted. */
const mostCounted = 10_000;
/** What the planner expects a count to cost at most; beyond it nobody waits for the true number. */
const dearest = 50_000;

/** Counts jobs of the tenant where that is cheap, and estimates where it is not. */
export async function countJobs(context: VerbContext, filter: unknown): Promise<JobCount> {
  await permit(context, 'JOBS_READ');
  const wanted = parse(jobFilter, filter ?? {}, 'filter');
  const { tenantId } = context.actor;
  const looked = await read(context, async (tx) => {
    const search = await searchOf(tx, { tenantId, filter: wanted });
    return search === undefined ? exactly(0) : await countFound(tx, search);
  });
  return 'found' in looked ? await estimate(context, looked) : looked;
}

/** More than is counted: the query, and how many it finds at least. */
interface Uncounted {
  readonly found: Prisma.Sql;
  readonly least: number;
}

function exactly(count: number): JobCount {
  return { count, isEstimate: false };
}

async function countFound(tx: Transaction, search: JobSearch): Promise<JobCount | Uncounted> {
  const { states } = search.filter;
  if (states?.length === 0) return exactly(0);
  const conditions = [...jobConditions(search), ...(states ? [inStates(states)] : [])];
  const found = Prisma.sql`select 1 from jobs.job as job where ${Prisma.join(conditions, ' and ')}`;
  const some = Prisma.sql`${found} limit ${Prisma.raw(String(mostCounted + 1))}`;
  if ((await expect(tx, some)).cost > dearest) return { found, least: 0 };
  const [row] = await tx.$queryRaw<readonly { count: number }[]>`
    select count(*)::int as count from (${some}) as found`;
  const count = row?.count ?? 0;
  return count <= mostCounted ? exactly(count) : { found, least: count };
}

/**
 * Of who reaches the whole tenant by the role of workers, which the conditions hold to the tenant as well: the planner takes a
 * policy that lets everything pass for one that keeps a third.
 */
async function estimate(context: VerbContext, { found, least }: Uncounted): Promise<JobCount> {
  const ask = (tx: Transaction) => expect(tx, found);
  const { rows } =
    reachOf(context.actor) === undefined
      ? await context.database.asSystem(ask, { isReadOnly: true })
      : await read(context, ask);
  return { count: Math.max(least, rows), isEstimate: true };
}

const explained = z
  .array(
    z.object({
      'QUERY PLAN': z
        .array(z.object({ Plan: z.object({ 'Plan Rows': z.number(), 'Total Cost': z.number() }) }))
        .min(1),
    }),
  )
  .min(1);

/** What the planner thinks of a query, without asking it. */
async function expect(
  tx: Transaction,
  query: Prisma.Sql,
): Promise<{ readonly rows: number; readonly cost: number }> {
  const answer = await tx.$queryRaw`explain (format json) ${query}`;
  const plan = explained.parse(answer)[0]?.['QUERY PLAN'][0]?.Plan;
  return { rows: plan?.['Plan Rows'] ?? 0, cost: plan?.['Total Cost'] ?? Infinity };
}
