import { z } from 'zod';

import type { AgentVersion } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { AppError } from '../../kernel/errors.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginateEach, placeRows, rangeOf, walkOrder } from '../paginate-each.ts';
import type { Placed, Windows } from '../paginate-each.ts';
import type { Connection, PageArguments, Sort } from '../pagination.ts';
import { read } from '../read.ts';

const sort: Sort<AgentVersion> = {
  name: 'agent_version.version',
  position: z.tuple([z.string().regex(/^\d{1,9}$/)]),
  positionOf: ({ version }) => [String(version)],
};

/** A page of an agent. */
export interface AgentPage extends PageArguments {
  readonly agentId: string;
}

/** Versions of each of the agents, newest first. */
export async function listAgentVersions(
  context: VerbContext,
  wanted: readonly AgentPage[],
): Promise<readonly (Connection<AgentVersion> | AppError)[]> {
  await permit(context, 'JOBS_READ');
  const { tenantId } = context.actor;
  return await paginateEach(
    wanted,
    (page) => ({ page, sort, tenantId }),
    (windows) => read(context, (tx) => findPages(tx, tenantId, windows)),
  );
}

async function findPages(
  tx: Transaction,
  tenantId: string,
  { each, isBackward, take }: Windows<AgentPage>,
): Promise<readonly Placed<AgentVersion>[]> {
  const ranges = each.map(({ window }) => rangeOf(window, 'desc', [0, '0', maxVersion]));
  const order = walkOrder('desc', isBackward);
  const places = await tx.$queryRaw<readonly Placed<{ readonly id: string }>[]>`
    select w.n::int as n, v.id::text as id from unnest(
      ${each.map((one) => one.wanted.agentId)}::uuid[],
      ${ranges.map(([low]) => Number(low))}::int[],
      ${ranges.map(([, high]) => Number(high))}::int[]) with ordinality as w(agent_id, low, high, n)
    cross join lateral (
      select id, version from jobs.agent_version
      where tenant_id = ${tenantId}::uuid and agent_id = w.agent_id
        and version > w.low and version < w.high
      order by version ${order} limit ${take}) v
    order by w.n, v.version ${order}`;
  const rows = await tx.agentVersion.findMany({
    where: { tenantId, id: { in: places.map(({ id }) => id) } },
  });
  return placeRows(places, rows);
}

const maxVersion = '2147483647';
