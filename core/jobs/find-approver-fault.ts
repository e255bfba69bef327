import type { Transaction } from '../../kernel/database/database.ts';
import { isId } from '../../kernel/ids.ts';
import { isRoleName } from '../access/roles.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** Whom an approval asks, as its call says it. */
export interface AskedApprovers {
  readonly tenantId: string;
  readonly approvers?: readonly string[];
  readonly role?: string;
  readonly quorum?: number;
}

/** Why nobody could decide the approval, or undefined. Names of people are no approvers: anybody may bear them. */
export async function findApproverFault(
  { database }: Pick<VerbContext, 'database'>,
  { tenantId, approvers = [], role, quorum = 1 }: AskedApprovers,
): Promise<string | undefined> {
  if (role !== undefined && !isRoleName(role)) return `there is no role ${JSON.stringify(role)}`;
  const named = approvers.filter((one) => !isRoleName(one));
  if (named.length === 0) return undefined;
  const stranger = named.find((one) => !isId(one));
  if (stranger !== undefined)
    return `${JSON.stringify(stranger)} is neither the id of a member or key nor a role`;
  const known = await read({ database, actor: { tenantId } }, (tx) =>
    findPrincipals(tx, tenantId, named),
  );
  const unknown = named.find((id) => !known.has(id));
  if (unknown !== undefined) return `there is no member or key ${unknown}`;
  const isOpen = named.length < approvers.length;
  const live = named.filter((id) => known.get(id) === true).length;
  if (isOpen || live >= quorum) return undefined;
  return `${String(quorum)} have to approve, and of the approvers ${String(live)} can`;
}

/** Of members and keys by id, whether they are live; ids that the tenant does not have are missing. */
export async function findPrincipals(
  tx: Transaction,
  tenantId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const wanted = ids.filter(isId);
  if (wanted.length === 0) return new Map();
  const rows = await tx.$queryRaw<readonly { readonly id: string; readonly isLive: boolean }[]>`
    select named.id::text, bool_or(coalesce(key.is_live, false)) as "isLive"
    from unnest(${wanted}::uuid[]) as named (id) join (
      select own.id, coalesce(own.origin, own.id) as origin from access.api_key as own
      where own.tenant_id = ${tenantId}::uuid
      union all
      select member.id, null from access.member where member.tenant_id = ${tenantId}::uuid
    ) as bearer on bearer.id = named.id
    left join lateral (
      select other.revoked_at is null and (other.expires_at is null or other.expires_at > now()) as is_live
      from access.api_key as other
      where other.tenant_id = ${tenantId}::uuid and coalesce(other.origin, other.id) = bearer.origin
      union all
      select member.removed_at is null from access.member
      where member.tenant_id = ${tenantId}::uuid and member.id = named.id and bearer.origin is null
    ) as key on true
    group by named.id`;
  return new Map(rows.map(({ id, isLive }) => [id, isLive]));
}
