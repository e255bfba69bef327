import { Prisma } from '../../prisma/_generated/client.ts';
import type { IntegrationCall } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { AppError } from '../../kernel/errors.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginateEach, placeRows, rangeOf, walkOrder } from '../paginate-each.ts';
import type { Placed, Windows } from '../paginate-each.ts';
import { idSort } from '../pagination.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { read } from '../read.ts';

const sort = idSort<IntegrationCall>('integration_call.id');

/** Whose calls, and which page of them. */
export interface CallPage extends PageArguments {
  /** Of an integration or a job, as the listing says. */
  readonly callerId: string;
}

const callers = {
  integration: { column: Prisma.sql`integration_id`, order: 'desc' },
  job: { column: Prisma.sql`job_id`, order: 'asc' },
} as const;

/** Calls through each of the integrations, newest first; or of each of the jobs, in the order they were first made. */
export async function listCalls(
  context: VerbContext,
  kind: keyof typeof callers,
  wanted: readonly CallPage[],
): Promise<readonly (Connection<IntegrationCall> | AppError)[]> {
  await permit(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  return paginateEach(
    wanted,
    (page) => ({ page, sort, tenantId }),
    (windows) => read(context, (tx) => findPages(tx, { ...callers[kind], tenantId, windows })),
  );
}

interface Search {
  readonly column: Prisma.Sql;
  readonly order: 'asc' | 'desc';
  readonly tenantId: string;
  readonly windows: Windows<CallPage>;
}

async function findPages(
  tx: Transaction,
  { column, order, tenantId, windows }: Search,
): Promise<readonly Placed<IntegrationCall>[]> {
  const { each, isBackward, take } = windows;
  const ranges = each.map(({ window }) => rangeOf(window, order, [0, leastId, mostId]));
  const walk = walkOrder(order, isBackward);
  const places = await tx.$queryRaw<readonly Placed<{ readonly id: string }>[]>`
    select w.n::int as n, c.id::text as id from unnest(
      ${each.map((one) => one.wanted.callerId)}::uuid[],
      ${ranges.map(([low]) => low)}::uuid[],
      ${ranges.map(([, high]) => high)}::uuid[]) with ordinality as w(caller_id, low, high, n)
    cross join lateral (
      select id from integrations.call
      where tenant_id = ${tenantId}::uuid and ${column} = w.caller_id and id > w.low and id < w.high
      order by id ${walk} limit ${take}) c
    order by w.n, c.id ${walk}`;
  const rows = await tx.integrationCall.findMany({
    where: { tenantId, id: { in: places.map(({ id }) => id) } },
  });
  return placeRows(places, rows);
}

const leastId = '00000000-0000-0000-0000-000000000000';
const mostId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
