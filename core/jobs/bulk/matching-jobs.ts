import type { Prisma } from '../../../prisma/_generated/client.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { findByAddress, parseAddress } from '../agent-address.ts';
import { conditionsOf, type JobFilter } from '../job-filter.ts';
import type { BulkAct } from './bulk-operation.ts';

/** Jobs to which each act can be done. */
const reach: Readonly<Record<BulkAct, Prisma.JobWhereInput>> = {
  CANCEL: { state: { in: ['QUEUED', 'RUNNING', 'WAITING', 'PAUSED'] } },
  PAUSE: {
    OR: [{ state: { in: ['QUEUED', 'WAITING'] } }, { state: 'RUNNING', request: null }],
  },
  RESUME: { OR: [{ state: 'PAUSED' }, { state: 'RUNNING', request: 'PAUSE' }] },
  REDRIVE: { state: { in: ['FAILED', 'DEAD', 'CANCELLED'] } },
};

/** Which jobs an operation is for. */
export interface BulkTarget {
  readonly tenantId: string;
  readonly act: BulkAct;
  readonly filter: JobFilter;
}

/** The jobs as a condition; undefined when the filter names an agent that there is not. */
export async function matchingJobs(
  tx: Transaction,
  { tenantId, act, filter }: BulkTarget,
): Promise<Prisma.JobWhereInput | undefined> {
  const name = filter.agent ?? undefined;
  const agent =
    name === undefined
      ? null
      : await findByAddress(tx, tenantId, {
          address: parseAddress(name),
          path: 'input.filter.agent',
        });
  if (name !== undefined && agent === null) return undefined;
  return { tenantId, AND: [conditionsOf(filter, agent?.id), reach[act]] };
}
