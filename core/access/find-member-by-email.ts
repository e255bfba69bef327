import type { Transaction } from '../../kernel/database/database.ts';

/** The id of the member with the address, whatever its case. */
export async function findMemberByEmail(
  tx: Transaction,
  { tenantId, email }: { readonly tenantId: string; readonly email: string },
): Promise<string | undefined> {
  const [member] = await tx.$queryRaw<readonly { readonly id: string }[]>`
    select id::text from access.member
    where tenant_id = ${tenantId}::uuid and removed_at is null and lower(email) = lower(${email})`;
  return member?.id;
}
