import type { Approval } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { approvalEvents } from '../../queue/approval-events.ts';
import { lineOf } from '../access/line-of.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { ringReady } from './channels.ts';
import { loadApproval } from './decide-approval.ts';
import { lockApproval, type LockedApproval } from './lock-approval.ts';
import { idInput } from './names.ts';
import { shownApprovals } from './sensitive/shown-rows.ts';
import { tellOfApproval } from './tell-of-approval.ts';

const action = 'approval.undo';

/**
 * Takes back what the caller has decided, as long as the call of the approval lets them: the question is open again. Whether
 * that time is over is for the database to say, under the lock that the end of it takes, too.
 */
export async function undoDecision(context: VerbContext, input: unknown): Promise<Approval> {
  await permit(context, 'APPROVALS_DECIDE', action);
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  const undone = await context.database.withTenant(tenantId, (tx) => undo(tx, context, id));
  if (undone === undefined) throw await refused(context, id);
  ringReady(context);
  const [shown = undone] = await shownApprovals(context, [undone]);
  return shown;
}

async function undo(
  tx: Transaction,
  context: VerbContext,
  id: string,
): Promise<Approval | undefined> {
  const { tenantId } = context.actor;
  const approval = await lockApproval(tx, tenantId, id);
  const { first } = await lineOf(tx, context.actor);
  const own = approval.decisions.find(({ decider, hand }) => [decider, hand].includes(first));
  if (own === undefined) return undefined;
  if (!(await reopen(tx, approval)))
    refuse('CONFLICT', 'input.id', 'the decision stands: it can be taken back no more');
  const { decider, isApproval } = own;
  await tx.approvalDecision.delete({
    where: { tenantId_approvalId_decider: { tenantId, approvalId: id, decider } },
  });
  const { jobId, key } = approval;
  const data = { wait: key, approvalId: id };
  await tellOfApproval(tx, { tenantId, jobId, type: approvalEvents.undone, data });
  await record(tx, context, {
    ...{ action, target: { kind: 'approval', id }, jobId },
    data: { approve: isApproval, ...(decider === first ? {} : { onBehalfOf: decider }) },
  });
  return await loadApproval(tx, tenantId, id);
}

async function reopen(tx: Transaction, { tenantId, id }: LockedApproval): Promise<boolean> {
  const count = await tx.$executeRaw`
    update jobs.approval set settles_at = null, settlement = null
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and state = 'PENDING' and undo_ms is not null
      and (settles_at is null or settles_at > clock_timestamp())`;
  return count > 0;
}

/** On record of its own, as with decisions. */
async function refused(context: VerbContext, id: string): Promise<AppError> {
  const { tenantId } = context.actor;
  await context.database.withTenant(tenantId, (tx) =>
    record(tx, context, {
      ...{ action, target: { kind: 'approval', id } },
      data: { denied: ['NOT_YOURS'] },
    }),
  );
  return new AppError('FORBIDDEN', 'only who has decided takes a decision back');
}
