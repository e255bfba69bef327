import type { Job } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { columnWindow, idSort, paginate } from '../pagination.ts';
import type { Connection, PageArguments, Window } from '../pagination.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { findByAddress, parseAddress } from './agent-address.ts';
import { conditionsOf, jobFilter } from './job-filter.ts';
import type { JobFilter } from './job-filter.ts';

const sort = idSort<Job>('job.id');

/** Jobs of the tenant, newest first. */
export async function listJobs(
  context: VerbContext,
  { filter, ...page }: PageArguments & { readonly filter?: unknown },
): Promise<Connection<Job>> {
  await permit(context, 'JOBS_READ');
  const wanted = parse(jobFilter, filter ?? {}, 'filter');
  const { tenantId } = context.actor;
  return await paginate({ page, sort, tenantId }, (window) =>
    read(context, (tx) => findPage(tx, { tenantId, wanted, window })),
  );
}

interface Wanted {
  readonly tenantId: string;
  readonly wanted: JobFilter;
  readonly window: Window;
}

async function findPage(
  tx: Transaction,
  { tenantId, wanted, window }: Wanted,
): Promise<readonly Job[]> {
  const name = wanted.agent ?? undefined;
  const agent =
    name === undefined
      ? null
      : await findByAddress(tx, tenantId, { address: parseAddress(name), path: 'filter.agent' });
  if (name !== undefined && agent === null) return [];
  const { where, ...rest } = columnWindow(window, 'id', 'desc');
  return await tx.job.findMany({
    ...rest,
    where: { ...where, ...conditionsOf(wanted, agent?.id), tenantId },
  });
}
