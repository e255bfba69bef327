import type { Transaction } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';

/** Throws when the key or member was ended, unless what it has begun may be finished; nobody is never ended. */
export async function requireNotEnded(
  tx: Transaction,
  { tenantId, submitter }: { readonly tenantId: string; readonly submitter: string | null },
): Promise<void> {
  const [kind, id = ''] = submitter?.split(':') ?? [];
  if (!isId(id)) return;
  const rows = await tx.$queryRaw<readonly object[]>`
    select from access.api_key
    where ${kind} = 'api_key' and tenant_id = ${tenantId}::uuid and id = ${id}::uuid
      and revoked_at is not null and jobs_policy <> 'FINISH'
    union all
    select from access.member
    where ${kind} = 'user' and tenant_id = ${tenantId}::uuid and id = ${id}::uuid
      and removed_at is not null and jobs_policy <> 'FINISH'`;
  if (rows.length > 0)
    throw new AppError('FORBIDDEN', 'the credential that published the schedule has ended');
}
