import type { Transaction } from '../../kernel/database/database.ts';
import { isId } from '../../kernel/ids.ts';
import { groupApprover } from '../access/line-of.ts';
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
  const stranger = named.find((one) => !isApprover(one));
  if (stranger !== undefined)
    return `${JSON.stringify(stranger)} is neither the id of a member or key nor a role nor a group`;
  const isOpen = named.length < approvers.length;
  return faultOfNamed(database, { tenantId, named, quorum: isOpen ? 0 : quorum });
}

interface Named {
  readonly tenantId: string;
  /** Ids of members and keys, and groups. */
  readonly named: readonly string[];
  /** How many of them have to be live. */
  readonly quorum: number;
}

async function faultOfNamed(
  database: VerbContext['database'],
  { tenantId, named, quorum }: Named,
): Promise<string | undefined> {
  const known = await read({ database, actor: { tenantId } }, async (tx) => ({
    principals: await findPrincipals(tx, tenantId, named),
    groups: await findGroups(tx, tenantId, named),
  }));
  const unknown = named.find((one) => !known.groups.has(one) && !known.principals.has(one));
  if (unknown !== undefined)
    return `there is no ${isId(unknown) ? 'member or key ' : ''}${unknown}`;
  // Who has a role or is in a group is not counted: that changes, and an issuer may say it.
  return known.groups.size > 0 ? undefined : tooFew([...known.principals.values()], quorum);
}

/** A key and the one that it was rotated into are the same one, and decide once. */
function tooFew(named: readonly NamedPrincipal[], quorum: number): string | undefined {
  const live = new Set(named.flatMap((each) => each.live)).size;
  if (live >= quorum) return undefined;
  return `${String(quorum)} have to approve, and of the approvers ${String(live)} can`;
}

const groupPrefix = 'group:';

function isApprover(text: string): boolean {
  return isId(text) || isGroupApprover(text);
}

/** Whether an approver is somebody of a group. */
function isGroupApprover(approver: string): boolean {
  return approver.startsWith(groupPrefix);
}

/** Those of `group:<name>` that the tenant has. */
export async function findGroups(
  tx: Transaction,
  tenantId: string,
  approvers: readonly string[],
): Promise<ReadonlySet<string>> {
  const names = approvers.filter(isGroupApprover).map((one) => one.slice(groupPrefix.length));
  if (names.length === 0) return new Set();
  const rows = await tx.memberGroup.findMany({
    where: { tenantId, deletedAt: null, name: { in: names } },
    select: { name: true },
  });
  return new Set(rows.map(({ name }) => groupApprover(name)));
}

/** A member or a key that somebody named. */
export interface NamedPrincipal {
  /** Who it is, whichever key of a line was named; none once it has ended. */
  readonly live: readonly string[];
}

/** Members and keys by id; ids that the tenant does not have are missing. */
export async function findPrincipals(
  tx: Transaction,
  tenantId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NamedPrincipal>> {
  const wanted = ids.filter(isId);
  if (wanted.length === 0) return new Map();
  const rows = await tx.$queryRaw<
    readonly { readonly id: string; readonly line: string; readonly isLive: boolean }[]
  >`
    select named.id::text, coalesce(min(bearer.origin::text), named.id::text) as line,
      bool_or(coalesce(key.is_live, false)) as "isLive"
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
  return new Map(rows.map(({ id, line, isLive }) => [id, { live: isLive ? [line] : [] }]));
}
