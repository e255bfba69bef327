import type { Approval } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { reachOf } from '../access/reach.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { loadVoices, voiceFor } from './delegations/voices.ts';
import type { ReadingContext } from './sensitive/readers.ts';
import {
  shownDecisions,
  type DecisionRow,
  type ShownDecision,
} from './sensitive/shown-decisions.ts';

/** What was said to each approval so far, in order, as the caller may see it. */
export async function loadDecisions(
  context: ReadingContext,
  approvalIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ShownDecision[]>> {
  const { tenantId } = context.actor;
  const rows = await read(context, (tx) => selectDecisions(tx, tenantId, approvalIds));
  return Map.groupBy(await shownDecisions(context, rows), ({ approvalId }) => approvalId);
}

/** Of each approval, whether the caller may decide it now. */
export async function loadCanDecide(
  context: Pick<VerbContext, 'actor' | 'database' | 'clock'>,
  approvals: readonly Approval[],
): Promise<readonly boolean[]> {
  return (await loadSpeakers(context, approvals)).map((speaker) => speaker !== undefined);
}

/** As whom a caller may decide an approval. */
export interface Speaker {
  /** Name of who has handed it to them; null where they decide for themselves. */
  readonly inPlaceOf: string | null;
}

/** Of each approval, as whom the caller may decide it now; undefined where they may not. */
export async function loadSpeakers(
  context: Pick<VerbContext, 'actor' | 'database' | 'clock'>,
  approvals: readonly Approval[],
): Promise<readonly (Speaker | undefined)[]> {
  const { actor, clock } = context;
  if (!actor.permissions.includes('APPROVALS_DECIDE')) return approvals.map(() => undefined);
  const ids = approvals.map(({ id }) => id);
  const { voices, decisions } = await read(context, async (tx) => ({
    voices: await loadVoices(tx, context),
    decisions: await selectDecisions(tx, actor.tenantId, ids),
  }));
  const permitted = await permittedAmong(context, ids);
  const byApproval = Map.groupBy(decisions, ({ approvalId }) => approvalId);
  const now = clock.now();
  return approvals.map((approval) => {
    const isOpen =
      approval.state === 'PENDING' &&
      approval.settlesAt === null &&
      (approval.expiresAt === null || approval.expiresAt > now);
    if (!isOpen || !permitted.has(approval.id)) return undefined;
    const voice = voiceFor(approval, byApproval.get(approval.id) ?? [], voices);
    if (typeof voice === 'string') return undefined;
    return { inPlaceOf: voice.delegation === undefined ? null : voice.actor.name };
  });
}

/** Those whose agents have labels for which the caller may decide. */
async function permittedAmong(
  context: Pick<VerbContext, 'actor' | 'database'>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { actor } = context;
  const reach = reachOf(actor, 'APPROVALS_DECIDE');
  if (actor.conditions?.APPROVALS_DECIDE === undefined || reach === undefined) return new Set(ids);
  const where = { tenantId: actor.tenantId, id: { in: [...ids] } };
  const rows = await read(context, (tx) => tx.approval.findMany({ where, select: { id: true } }), {
    reach,
  });
  return new Set(rows.map(({ id }) => id));
}

async function selectDecisions(
  tx: Transaction,
  tenantId: string,
  approvalIds: readonly string[],
): Promise<DecisionRow[]> {
  return tx.approvalDecision.findMany({
    include: { approval: { select: { jobId: true } } },
    where: { tenantId, approvalId: { in: [...approvalIds] } },
    orderBy: [{ decidedAt: 'asc' }, { decider: 'asc' }],
  });
}
