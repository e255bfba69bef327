import { z } from 'zod';

import type { Agent, Prisma } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginate } from '../pagination.ts';
import type { Connection, PageArguments, Position, Sort } from '../pagination.ts';
import { read } from '../read.ts';

const sort: Sort<Agent> = {
  name: 'agent.name',
  position: z.tuple([z.string(), z.string()]),
  positionOf: ({ name, namespace }) => [name, namespace],
};

/** Agents of the tenant, by name, those of one name by namespace. */
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
    const order = window.isBackward ? 'desc' : 'asc';
    const bounds = [beyond(window.after, 'gt'), beyond(window.before, 'lt')];
    return read(context, (tx) =>
      tx.agent.findMany({
        where: { ...live, tenantId, AND: bounds },
        orderBy: [{ name: order }, { namespace: order }],
        take: window.take,
      }),
    );
  });
}

function beyond(position: Position | undefined, side: 'gt' | 'lt'): Prisma.AgentWhereInput {
  if (position === undefined) return {};
  const [name = '', namespace = ''] = position;
  return { OR: [{ name: { [side]: name } }, { name, namespace: { [side]: namespace } }] };
}
