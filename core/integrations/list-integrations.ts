import { z } from 'zod';

import type { Integration } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { columnWindow, paginate } from '../pagination.ts';
import type { Connection, PageArguments, Sort } from '../pagination.ts';
import { read } from '../read.ts';

const sort: Sort<Integration> = {
  name: 'integration.name',
  position: z.tuple([z.string().max(63)]),
  positionOf: ({ name }) => [name],
};

/** Integrations of the tenant, by name. */
export async function listIntegrations(
  context: VerbContext,
  page: PageArguments,
): Promise<Connection<Integration>> {
  await permit(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'name', 'asc');
    return read(context, (tx) =>
      tx.integration.findMany({ ...rest, where: { ...where, tenantId, deletedAt: null } }),
    );
  });
}
