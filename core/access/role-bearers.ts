import type { CustomRole } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';

/** Whether a member, a key or a group has the role now. */
export async function hasBearers(
  tx: Transaction,
  { tenantId, id }: Pick<CustomRole, 'tenantId' | 'id'>,
): Promise<boolean> {
  const bearers = await tx.$queryRaw<readonly object[]>`
    select from access.member
    where tenant_id = ${tenantId}::uuid and custom_role_id = ${id}::uuid and removed_at is null
    union all
    select from access.api_key
    where tenant_id = ${tenantId}::uuid and custom_role_id = ${id}::uuid
      and revoked_at is null and (expires_at is null or expires_at > now())
    union all
    select from access.member_group
    where tenant_id = ${tenantId}::uuid and custom_role_id = ${id}::uuid and deleted_at is null
    limit 1`;
  return bearers.length > 0;
}
