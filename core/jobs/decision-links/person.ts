import type { Actor } from '../../access/actor.ts';
import { findPrincipal } from '../../access/find-principal.ts';
import { withinReach } from '../../access/reach.ts';
import type { VerbContext } from '../../context.ts';
import { read } from '../../read.ts';

/** What somebody needs to see what they decide, and to decide it. */
const needed = ['JOBS_READ', 'APPROVALS_DECIDE'] as const;

/**
 * A member as who asks, with all that they may do and reach now; undefined once they have ended, their tenant is suspended, or
 * they may not decide at all.
 */
export async function asMember(
  context: VerbContext,
  memberId: string,
): Promise<VerbContext | undefined> {
  const actor = await findMember(context, memberId);
  if (actor === undefined) return undefined;
  return { ...context, actor, database: withinReach(context.database, actor) };
}

async function findMember(context: VerbContext, id: string): Promise<Actor | undefined> {
  const { tenantId } = context.actor;
  const actor = await read(context, async (tx) => {
    const isLive = await tx.tenant.count({ where: { id: tenantId, suspendedAt: null } });
    return isLive === 0 ? undefined : findPrincipal(tx, { tenantId, id }, context.clock.now());
  });
  const may = needed.every((permission) => actor?.permissions.includes(permission) === true);
  return actor?.kind === 'user' && may ? actor : undefined;
}
