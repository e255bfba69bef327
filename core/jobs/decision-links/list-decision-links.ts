import { z } from 'zod';

import { NotFoundError } from '../../../kernel/errors.ts';
import type { DecisionLink } from '../../../prisma/_generated/client.ts';
import { permitFor } from '../../access/permit-for.ts';
import { permit, permitMaker } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { parse } from '../../parse.ts';
import { read } from '../../read.ts';

const maxListed = 100;
const listInput = z.strictObject({ approvalId: z.uuid() });

/** The links of an approval, newest first; none tells its address again. */
export async function listDecisionLinks(
  context: VerbContext,
  input: unknown,
): Promise<readonly DecisionLink[]> {
  await permitMaker(context);
  await permit(context, 'APPROVALS_LINK');
  const { approvalId } = parse(listInput, input, '');
  const { tenantId } = context.actor;
  const approval = await read(context, (tx) =>
    tx.approval.findFirst({
      where: { tenantId, id: approvalId },
      select: { jobId: true, links: { orderBy: { id: 'desc' }, take: maxListed } },
    }),
  );
  if (approval === null) throw new NotFoundError('Approval', approvalId);
  const job = { kind: 'Job', id: approval.jobId } as const;
  await permitFor(context, job, { permission: 'APPROVALS_LINK' });
  return approval.links;
}
