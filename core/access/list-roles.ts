import type { CustomRole } from '../../prisma/_generated/client.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { permitMaker } from './permit.ts';

const maxListed = 200;

/** The roles that the tenant has made, oldest first; any key and member may know what there is. */
export async function listRoles(context: VerbContext): Promise<readonly CustomRole[]> {
  await permitMaker(context);
  const { tenantId } = context.actor;
  return read(context, (tx) =>
    tx.customRole.findMany({
      where: { tenantId, deletedAt: null },
      orderBy: { id: 'asc' },
      take: maxListed,
    }),
  );
}
