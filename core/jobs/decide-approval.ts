import { z } from 'zod';

import type { Approval } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { AppError, NotFoundError } from '../../kernel/errors.ts';
import { answerWait } from '../../queue/answer-wait.ts';
import { inTransaction } from '../../queue/statement.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { withExactData } from './approval-data.ts';
import { approvalEvents } from './approval-events.ts';
import { ringReady } from './channels.ts';
import { idInput, words } from './names.ts';

const decisionInput = z.strictObject({
  ...idInput.shape,
  approve: z.boolean(),
  comment: words(10_000),
});

/** Decides an approval and wakes its job; the first decision stands. */
export async function decideApproval(context: VerbContext, input: unknown): Promise<Approval> {
  await permit(context, 'APPROVALS_DECIDE', 'approval.decide');
  const { id, approve, comment } = parse(decisionInput, input);
  const { tenantId, name } = context.actor;
  const decidedAt = context.clock.now();
  const decided = await context.database.withTenant(tenantId, async (tx) => {
    const approval = await loadApproval(tx, tenantId, id);
    await requireApprover(tx, context, approval);
    if (approval.state !== 'PENDING')
      refuse('CONFLICT', 'input.id', `the approval is ${approval.state}`);
    if (approval.expiresAt !== null && approval.expiresAt <= decidedAt)
      refuse('CONFLICT', 'input.id', 'the approval has expired');
    const { isAccepted } = await answerWait(inTransaction(tx), {
      tenantId,
      jobId: approval.jobId,
      key: approval.key,
      value: {
        decision: approve ? 'approved' : 'rejected',
        decidedBy: name,
        decidedAt: decidedAt.toISOString(),
        ...(comment ? { comment } : {}),
      },
      eventType: approvalEvents.decided,
    });
    const { count } = await tx.approval.updateMany({
      where: { tenantId, id, state: 'PENDING' },
      data: {
        state: approve ? 'APPROVED' : 'REJECTED',
        decidedBy: name,
        decidedAt,
        comment: comment ?? null,
      },
    });
    if (!isAccepted || count === 0)
      refuse('CONFLICT', 'input.id', 'the job waits for this decision no more');
    await record(tx, context, {
      action: 'approval.decide',
      target: { kind: 'approval', id },
      jobId: approval.jobId,
      data: { approve },
    });
    return await loadApproval(tx, tenantId, id);
  });
  ringReady(context);
  return decided;
}

async function loadApproval(tx: Transaction, tenantId: string, id: string): Promise<Approval> {
  const approval = await tx.approval.findUnique({ where: { tenantId_id: { tenantId, id } } });
  if (approval === null) throw new NotFoundError('Approval', id);
  const [exact = approval] = await withExactData(tx, tenantId, [approval]);
  return exact;
}

const approverSpec = z.object({ approvers: z.array(z.string()).optional() });

/** A definition may name who decides; a permission is not enough then. */
async function requireApprover(
  tx: Transaction,
  { actor }: VerbContext,
  { jobId, key }: Approval,
): Promise<void> {
  const wait = await tx.jobWait.findUnique({ where: { jobId_key: { jobId, key } } });
  const approvers = approverSpec.safeParse(wait?.spec).data?.approvers;
  if (approvers === undefined || approvers.includes(actor.id) || approvers.includes(actor.name))
    return;
  throw new AppError('FORBIDDEN', 'the definition names other approvers');
}
