import type { CustomRole } from '../../prisma/_generated/client.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

const maxListed = 200;

/** The roles that the tenant has made, oldest first; anybody in it may know what there is. */
export function listRoles(context: VerbContext): Promise<readonly CustomRole[]> {
  const { tenantId } = context.actor;
  return read(context, (tx) =>
    tx.customRole.findMany({
      where: { tenantId, deletedAt: null },
      orderBy: { id: 'asc' },
      take: maxListed,
    }),
  );
}
