import type { Tenant } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** The caller's own tenant; whoever acts in it may know its name. */
export async function getTenant(context: VerbContext): Promise<Tenant> {
  const { tenantId: id } = context.actor;
  const tenant = await read(context, (tx) => tx.tenant.findUnique({ where: { id } }));
  if (tenant === null) throw new NotFoundError('tenant', id);
  return tenant;
}

/** The tenant with this id if it is the caller's; another one does not exist for the caller. */
export async function findTenant(context: VerbContext, id: string): Promise<Tenant | null> {
  return id === context.actor.tenantId ? getTenant(context) : null;
}
