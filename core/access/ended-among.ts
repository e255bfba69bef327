import { hasLostIssuer } from './lost-issuer.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { isId } from '../../kernel/ids.ts';

/** Those of the credentials, as `<kind>:<id>`, that have ended and whose work may not go on. */
export async function endedAmong(
  tx: Transaction,
  tenantId: string,
  principals: readonly string[],
): Promise<readonly string[]> {
  const idsOf = (kind: string) =>
    principals.flatMap((principal) => {
      const [each, id = ''] = principal.split(':');
      return each === kind && isId(id) ? [id] : [];
    });
  if (principals.length === 0) return [];
  const rows = await tx.$queryRaw<readonly { principal: string }[]>`
    select 'api_key:' || id as principal from access.api_key
    where tenant_id = ${tenantId}::uuid and id = any(${idsOf('api_key')}::uuid[])
      and revoked_at is not null and jobs_policy <> 'FINISH'
    union all
    select 'user:' || id from access.member
    where tenant_id = ${tenantId}::uuid and id = any(${idsOf('user')}::uuid[])
      and removed_at is not null and jobs_policy <> 'FINISH'
    union
    select 'user:' || member.id from access.member join access.identity_provider as provider
      on provider.tenant_id = member.tenant_id and provider.issuer = member.issuer
    where member.tenant_id = ${tenantId}::uuid and member.id = any(${idsOf('user')}::uuid[]) and member.removed_at is null
      and provider.jobs_policy <> 'FINISH' and ${hasLostIssuer}`;
  return rows.map(({ principal }) => principal);
}
