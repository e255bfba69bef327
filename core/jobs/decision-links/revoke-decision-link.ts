import { NotFoundError } from '../../../kernel/errors.ts';
import type { DecisionLink } from '../../../prisma/_generated/client.ts';
import { permitFor } from '../../access/permit-for.ts';
import { permit, permitMaker } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse } from '../../parse.ts';
import { read } from '../../read.ts';
import { idInput } from '../names.ts';

const action = 'decision_link.revoke';

/** Takes a link back; one that is used, over or taken back is answered as it is. */
export async function revokeDecisionLink(
  context: VerbContext,
  input: unknown,
): Promise<DecisionLink> {
  await permitMaker(context, action);
  await permit(context, 'APPROVALS_LINK', action);
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  const known = await read(context, (tx) =>
    tx.decisionLink.findFirst({
      where: { tenantId, id },
      select: { approvalId: true, approval: { select: { jobId: true } } },
    }),
  );
  if (known === null) throw new NotFoundError('DecisionLink', id);
  const { approvalId, approval } = known;
  const job = { kind: 'Job', id: approval.jobId } as const;
  await permitFor(context, job, { permission: 'APPROVALS_LINK', action });
  return context.database.withTenant(tenantId, async (tx) => {
    const { count } = await tx.decisionLink.updateMany({
      where: { tenantId, id, usedAt: null, revokedAt: null },
      data: { revokedAt: context.clock.now() },
    });
    if (count > 0)
      await record(tx, context, {
        action,
        target: { kind: 'approval', id: approvalId },
        jobId: approval.jobId,
        data: { decisionLink: id },
      });
    return tx.decisionLink.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}
