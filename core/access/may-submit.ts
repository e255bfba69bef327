import type { Transaction } from '../../kernel/database/database.ts';
import type { Grant } from './grant.ts';
import { unionOf } from './grant.ts';
import { fits } from './conditions.ts';
import { withoutSecret } from './insert-api-key.ts';
import { grantOfKey, withKeyRole } from './key-grant.ts';
import { readLabels } from './labels.ts';
import { grantOfGroup, grantOfMember, knownGroup, knownMember } from './member-actor.ts';

/** Who answers for what is to be started, and of which agent. */
export interface Submitter {
  readonly tenantId: string;
  /** As `<kind>:<id>`. */
  readonly principal: string;
  /** Ids of groups that their identity provider said they were in. */
  readonly groups: readonly string[];
  readonly agentId: string;
}

/**
 * Why a credential may not submit jobs of an agent by itself any more; undefined while it may. One that was ended with the
 * policy FINISH may go on with what it has started, which is asked before.
 */
export async function submitFault(
  tx: Transaction,
  { tenantId, principal, groups, agentId }: Submitter,
): Promise<string | undefined> {
  const held = await heldBy(tx, { tenantId, principal, groups });
  if (held === undefined || typeof held === 'string') return held;
  const agent = await tx.agent.findUnique({
    where: { tenantId_id: { tenantId, id: agentId } },
    select: { labels: true },
  });
  const isAllowed =
    held.permissions.includes('JOBS_SUBMIT') &&
    fits(readLabels(agent?.labels), held.conditions?.JOBS_SUBMIT);
  return isAllowed ? undefined : 'who answers for it has JOBS_SUBMIT for the agent no more';
}

/** What a credential may do; undefined for one that goes on whatever that is, a text for why it may do nothing. */
async function heldBy(
  tx: Transaction,
  { tenantId, principal, groups }: Omit<Submitter, 'agentId'>,
): Promise<Grant | string | undefined> {
  const [kind, id = ''] = principal.split(':');
  const where = { tenantId_id: { tenantId, id } };
  if (kind === 'api_key') return ofKey(tx, where);
  if (kind === 'user') return ofMember(tx, where, groups);
  return kind === 'system' ? undefined : 'who answers for it is not known';
}

interface Key {
  readonly tenantId_id: { readonly tenantId: string; readonly id: string };
}

async function ofKey(tx: Transaction, where: Key): Promise<Grant | string | undefined> {
  const key = await tx.apiKey.findUnique({ where, omit: withoutSecret, include: withKeyRole });
  if (key === null) return 'the key that answers for it is not known';
  if (key.revokedAt !== null) return undefined;
  const { tenantId, id } = where.tenantId_id;
  const [row] = await tx.$queryRaw<readonly { isExpired: boolean }[]>`
    select coalesce(expires_at <= now(), false) as "isExpired" from access.api_key
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
  return row?.isExpired === false ? grantOfKey(key) : 'the key that answers for it has expired';
}

async function ofMember(
  tx: Transaction,
  where: Key,
  groups: readonly string[],
): Promise<Grant | string | undefined> {
  const member = await tx.member.findUnique({
    where,
    select: { ...knownMember, removedAt: true },
  });
  if (member === null) return 'the member who answers for it is not known';
  if (member.removedAt !== null) return undefined;
  const { tenantId } = where.tenantId_id;
  const claimed = await tx.memberGroup.findMany({
    where: { tenantId, id: { in: [...groups] } },
    select: knownGroup,
  });
  return unionOf([grantOfMember(member), ...claimed.map(grantOfGroup)]);
}
