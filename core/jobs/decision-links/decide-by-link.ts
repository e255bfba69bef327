import { z } from 'zod';

import type { Transaction } from '../../../kernel/database/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { DecisionLink } from '../../../prisma/_generated/client.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { jsonValue, parse, refuse } from '../../parse.ts';
import { decideApproval, type Means } from '../decide-approval.ts';
import { words } from '../names.ts';
import { openLink, permitLinkHolder } from './open-link.ts';

const decideByLinkInput = z.strictObject({
  secret: z.string().max(100),
  approve: z.boolean(),
  comment: words(10_000),
  data: jsonValue.nullish().transform((data) => data ?? undefined),
});

/** What came of it; `NOTED` where others have to approve besides. */
export type LinkOutcome = 'APPROVED' | 'REJECTED' | 'NOTED' | 'GONE';

/** Decides as the person of the link, once. What stands in the way is told to nobody but the audit log. */
export async function decideByLink(context: VerbContext, input: unknown): Promise<LinkOutcome> {
  permitLinkHolder(context);
  const { secret, ...wish } = parse(decideByLinkInput, input);
  const opened = await openLink(context, secret);
  if (opened === undefined) return 'GONE';
  const { link } = opened;
  if (!('person' in opened)) return await gone(context, link, opened.flaw);
  try {
    const decision = { id: link.approvalId, ...wish };
    const { state, settlesAt } = await decideApproval(
      opened.person,
      decision,
      meansOf(context, link),
    );
    if (state === 'PENDING' && settlesAt === null) return 'NOTED';
    return wish.approve ? 'APPROVED' : 'REJECTED';
  } catch (error) {
    if (!(error instanceof AppError) || !standing.has(error.code)) throw error;
    return await gone(context, link, error.code);
  }
}

/** Refusals that no other words of the person's would turn. */
const standing: ReadonlySet<string> = new Set(['CONFLICT', 'FORBIDDEN', 'NOT_FOUND']);

/** The link is used up with the decision or not at all; of many at once one uses it. */
function meansOf({ clock }: VerbContext, { tenantId, id }: DecisionLink): Means {
  return {
    told: { decisionLink: id },
    use: async (tx: Transaction) => {
      const now = clock.now();
      const { count } = await tx.decisionLink.updateMany({
        where: { tenantId, id, usedAt: null, revokedAt: null, expiresAt: { gt: now } },
        data: { usedAt: now },
      });
      if (count === 0) refuse('CONFLICT', 'input.secret', 'the link is good no more');
    },
  };
}

async function gone(
  context: VerbContext,
  { tenantId, id, approvalId }: DecisionLink,
  denied: string,
): Promise<'GONE'> {
  await context.database.withTenant(tenantId, (tx) =>
    record(tx, context, {
      action: 'decision_link.use',
      target: { kind: 'approval', id: approvalId },
      data: { decisionLink: id, denied: [denied] },
    }),
  );
  return 'GONE';
}
