import { z } from 'zod';

import type { Agent } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { columnWindow, paginate } from '../pagination.ts';
import type { Connection, PageArguments, Sort } from '../pagination.ts';
import { read } from '../read.ts';

const sort: Sort<Agent> = {
  name: 'agent.name',
  position: z.tuple([z.string()]),
  positionOf: ({ name }) => [name],
};

/** Agents of the tenant, by name. */
export async function listAgents(
  context: VerbContext,
  {
    includeArchived,
    ...page
  }: PageArguments & { readonly includeArchived?: boolean | null | undefined },
): Promise<Connection<Agent>> {
  await permit(context, 'JOBS_READ');
  const { tenantId } = context.actor;
  const live = includeArchived === true ? {} : { archivedAt: null };
  return await paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'name', 'asc');
    return read(context, (tx) =>
      tx.agent.findMany({ ...rest, where: { ...where, ...live, tenantId } }),
    );
  });
}
