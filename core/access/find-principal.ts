import type { Transaction } from '../../kernel/database/database.ts';
import { isId } from '../../kernel/ids.ts';
import type { Actor } from './actor.ts';
import { withoutSecret } from './insert-api-key.ts';
import { grantOfKey, withKeyRole } from './key-grant.ts';
import { hasLostIssuer } from './lost-issuer.ts';
import { actorOfMember, knownMember } from './member-actor.ts';

/**
 * A member or key as who acts, though they do not act now; undefined once they have ended. Of a rotated key, whichever of its
 * line is asked for, what the newest one may do counts; of a member, groups that only the identity provider tells do not.
 */
export async function findPrincipal(
  tx: Transaction,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
  now: Date,
): Promise<Actor | undefined> {
  if (!isId(id)) return undefined;
  return (await findLiveMember(tx, tenantId, id)) ?? (await findLiveKey(tx, { tenantId, id }, now));
}

async function findLiveMember(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<Actor | undefined> {
  const member = await tx.member.findFirst({
    where: { tenantId, id, removedAt: null },
    select: knownMember,
  });
  if (member === null) return undefined;
  const lost = await tx.$queryRaw<readonly unknown[]>`
    select 1 from access.member
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and issuer is not null and ${hasLostIssuer}`;
  return lost.length === 0 ? actorOfMember(member) : undefined;
}

async function findLiveKey(
  tx: Transaction,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
  now: Date,
): Promise<Actor | undefined> {
  const named = await tx.apiKey.findUnique({
    where: { tenantId_id: { tenantId, id } },
    select: { origin: true },
  });
  if (named === null) return undefined;
  const first = named.origin ?? id;
  const key = await tx.apiKey.findFirst({
    where: {
      ...{ tenantId, revokedAt: null },
      AND: [
        { OR: [{ id: first }, { origin: first }] },
        { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
      ],
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    omit: withoutSecret,
    include: withKeyRole,
  });
  if (key === null) return undefined;
  return { kind: 'api_key', id: key.id, tenantId, name: key.name, ...grantOfKey(key) };
}
