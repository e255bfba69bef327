import type { Approval, Prisma } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { Actor } from '../access/actor.ts';
import { lineOf } from '../access/line-of.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** Approvals of which this one may take a decision back. */
export async function undoableFor(
  tx: Transaction,
  actor: Actor,
  now: Date,
): Promise<Prisma.ApprovalWhereInput> {
  const { first } = await lineOf(tx, actor);
  return {
    ...{ state: 'PENDING', undoMs: { not: null } },
    decisions: { some: { OR: [{ decider: first }, { hand: first }] } },
    OR: [{ settlesAt: null }, { settlesAt: { gt: now } }],
  };
}

/** Of each approval, whether the caller may take back now what they have decided. */
export async function loadCanUndo(
  context: Pick<VerbContext, 'actor' | 'database' | 'clock'>,
  approvals: readonly Approval[],
): Promise<readonly boolean[]> {
  const { actor, clock } = context;
  const candidates = approvals.filter(
    ({ state, undoMs }) => state === 'PENDING' && undoMs !== null,
  );
  if (candidates.length === 0 || !actor.permissions.includes('APPROVALS_DECIDE'))
    return approvals.map(() => false);
  const rows = await read(context, async (tx) => {
    const { tenantId } = actor;
    const among = { tenantId, id: { in: candidates.map(({ id }) => id) } };
    const where = { AND: [among, await undoableFor(tx, actor, clock.now())] };
    return tx.approval.findMany({ where, select: { id: true } });
  });
  const ids = new Set(rows.map(({ id }) => id));
  return approvals.map(({ id }) => ids.has(id));
}
