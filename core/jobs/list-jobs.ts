import { z } from 'zod';

import type { Job } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { connectionOf, windowOf } from '../pagination.ts';
import type { Connection, PageArguments, Sort, Window } from '../pagination.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { searchOf } from './job-conditions.ts';
import { jobFilter } from './job-filter.ts';
import type { JobFilter } from './job-filter.ts';
import { findJobPlaces, jobOrders, type JobOrder } from './job-pages.ts';

interface PlacedJob extends Job {
  /** The time by which it is listed, as the database writes it: exact, unlike a `Date`. */
  readonly at: string;
}

const position = z.tuple([
  z
    .string()
    .max(40)
    .regex(/^[0-9: .+-]+$/),
  z.uuid(),
]);
const orderBy = z.enum(jobOrders).nullish();

/** Jobs of the tenant, newest first unless another order is asked for. */
export async function listJobs(
  context: VerbContext,
  {
    filter,
    orderBy: asked,
    ...page
  }: PageArguments & {
    readonly filter?: unknown;
    readonly orderBy?: unknown;
  },
): Promise<Connection<Job>> {
  await permit(context, 'JOBS_READ');
  const wanted = parse(jobFilter, filter ?? {}, 'filter');
  const order = parse(orderBy, asked, 'orderBy') ?? 'CREATED_DESC';
  const { tenantId } = context.actor;
  const sort: Sort<PlacedJob> = {
    name: `job.${order}`,
    position,
    positionOf: ({ at, id }) => [at, id],
  };
  const window = windowOf({ page, sort, tenantId });
  const found = await read(context, (tx) => findPage(tx, { tenantId, wanted, order, window }), {
    mayBeStale: true,
  });
  return connectionOf({ sort, tenantId }, window, found);
}

interface Wanted {
  readonly tenantId: string;
  readonly wanted: JobFilter;
  readonly order: JobOrder;
  readonly window: Window;
}

async function findPage(
  tx: Transaction,
  { tenantId, wanted, order, window }: Wanted,
): Promise<readonly PlacedJob[]> {
  const search = await searchOf(tx, { tenantId, filter: wanted });
  if (search === undefined) return [];
  const places = await findJobPlaces(tx, { search, order, window });
  const ids = places.map(({ id }) => id);
  const rows = await tx.job.findMany({ where: { tenantId, id: { in: ids } } });
  const known = new Map(rows.map((row) => [row.id, row]));
  return places.flatMap(({ id, at }) => {
    const row = known.get(id);
    return row === undefined ? [] : [{ ...row, at }];
  });
}
