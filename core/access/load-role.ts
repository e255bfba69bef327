import type { CustomRole } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import { refuse } from '../parse.ts';
import { read } from '../read.ts';

/** A role that the caller's tenant has made and not deleted. */
export async function loadRole(context: VerbContext, id: string): Promise<CustomRole> {
  const { tenantId } = context.actor;
  const role = await read(context, (tx) =>
    tx.customRole.findFirst({ where: { tenantId, id, deletedAt: null } }),
  );
  if (role === null) throw new NotFoundError('role', id);
  return role;
}

/** Keeps the role from being changed or deleted until the transaction ends, in which somebody or a key is given it. */
export async function holdRole(
  tx: Transaction,
  { tenantId, id, permissions, conditions }: CustomRole,
): Promise<void> {
  const held = await tx.$queryRaw<readonly object[]>`
    select from access.custom_role
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and deleted_at is null
      and permissions = ${permissions}::text[] and conditions = ${JSON.stringify(conditions)}::jsonb
    for share`;
  if (held.length === 0)
    refuse('CONFLICT', 'input.customRoleId', 'the role was changed meanwhile; try again');
}
