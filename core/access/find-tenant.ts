import { AppError, NotFoundError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import type { Tenant } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';

/** The tenant of a name or an id; names need not be unique. */
export async function findTenant(tx: Transaction, wanted: string): Promise<Tenant> {
  const where = isId(wanted) ? { OR: [{ id: wanted }, { name: wanted }] } : { name: wanted };
  const [tenant, ...others] = await tx.tenant.findMany({ where, orderBy: { id: 'asc' } });
  if (tenant === undefined) throw new NotFoundError('tenant', wanted);
  if (others.length === 0) return tenant;
  const ids = [tenant, ...others].map(({ id }) => id).join(', ');
  throw new AppError('CONFLICT', `several tenants are named ${wanted}; give an id: ${ids}`);
}
