import { Prisma } from '../../../prisma/_generated/client.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { inStates, jobConditions, searchOf } from '../job-conditions.ts';
import type { JobFilter } from '../job-filter.ts';
import type { BulkAct } from './bulk-operation.ts';

/** Jobs to which each act can be done, as conditions on `jobs.job as job`. */
const reach: Readonly<Record<BulkAct, Prisma.Sql>> = {
  CANCEL: inStates(['QUEUED', 'RUNNING', 'WAITING', 'PAUSED']),
  PAUSE: Prisma.sql`(job.state in ('QUEUED', 'WAITING') or job.state = 'RUNNING' and job.request is null)`,
  RESUME: Prisma.sql`(job.state = 'PAUSED' or job.state = 'RUNNING' and job.request = 'PAUSE')`,
  REDRIVE: inStates(['FAILED', 'DEAD', 'CANCELLED']),
};

/** Which jobs an operation is for. */
export interface BulkTarget {
  readonly tenantId: string;
  readonly act: BulkAct;
  readonly filter: JobFilter;
}

/** The jobs as a condition on `jobs.job as job`; undefined when the filter names an agent that there is not. */
export async function matchingJobs(
  tx: Transaction,
  { tenantId, act, filter }: BulkTarget,
): Promise<Prisma.Sql | undefined> {
  const search = await searchOf(tx, { tenantId, filter, path: 'input.filter.agent' });
  if (search === undefined) return undefined;
  const states = filter.states ? [inStates(filter.states)] : [];
  return Prisma.join([...jobConditions(search), ...states, reach[act]], ' and ');
}
