import type { Member, MemberGroup } from '../../prisma/_generated/client.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { permit } from './permit.ts';

const maxListed = 500;

/** The groups of the tenant, oldest first. */
export async function listGroups(context: VerbContext): Promise<readonly MemberGroup[]> {
  await permit(context, 'ACCESS_READ');
  const { tenantId } = context.actor;
  return read(context, (tx) =>
    tx.memberGroup.findMany({
      where: { tenantId, deletedAt: null },
      orderBy: { id: 'asc' },
      take: maxListed,
    }),
  );
}

/** Live members of each group that were added to it, by its id. */
export async function loadMembersOfGroups(
  context: VerbContext,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Member[]>> {
  await permit(context, 'ACCESS_READ');
  const { tenantId } = context.actor;
  const rows = await read(context, (tx) =>
    tx.groupMembership.findMany({
      where: { tenantId, groupId: { in: [...groupIds] }, member: { removedAt: null } },
      include: { member: true },
      orderBy: { memberId: 'asc' },
    }),
  );
  const byGroup = Map.groupBy(rows, ({ groupId }) => groupId);
  return new Map([...byGroup].map(([id, each]) => [id, each.map(({ member }) => member)]));
}
