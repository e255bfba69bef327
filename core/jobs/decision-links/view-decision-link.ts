import { z } from 'zod';

import type { Approval } from '../../../prisma/_generated/client.ts';
import { reachOf } from '../../access/reach.ts';
import type { VerbContext } from '../../context.ts';
import { parse } from '../../parse.ts';
import { read } from '../../read.ts';
import { withExactData } from '../approval-data.ts';
import { openAt } from '../approval-rule.ts';
import { audibleFor, loadVoices } from '../delegations/voices.ts';
import { shownApprovals } from '../sensitive/shown-rows.ts';
import { openLink, permitLinkHolder } from './open-link.ts';

const viewDecisionLinkInput = z.strictObject({ secret: z.string().max(100) });

/** What the holder of a link is asked. */
export interface DecisionLinkView {
  readonly approval: Approval;
  readonly person: string;
  readonly expiresAt: Date;
}

/** What a person sees before they decide: nothing is changed, as programs look at links too. */
export async function viewDecisionLink(
  context: VerbContext,
  input: unknown,
): Promise<DecisionLinkView | null> {
  permitLinkHolder(context);
  const { secret } = parse(viewDecisionLinkInput, input);
  const opened = await openLink(context, secret);
  if (opened === undefined || !('person' in opened)) return null;
  const { link, person } = opened;
  const approval = await findOpen(person, link.approvalId);
  if (approval === undefined) return null;
  const [shown = approval] = await shownApprovals(withoutSensitive(person), [approval]);
  return { approval: shown, person: person.actor.name, expiresAt: link.expiresAt };
}

/** The approval, if its person may decide it now. */
async function findOpen(person: VerbContext, id: string): Promise<Approval | undefined> {
  const { tenantId } = person.actor;
  const reach = reachOf(person.actor, 'APPROVALS_DECIDE');
  return read(
    person,
    async (tx) => {
      const audible = audibleFor(await loadVoices(tx, person));
      const where = { AND: [{ tenantId, id }, openAt(person.clock.now()), audible] };
      const approval = await tx.approval.findFirst({ where });
      return approval === null ? undefined : (await withExactData(tx, tenantId, [approval])).at(0);
    },
    reach === undefined ? {} : { reach },
  );
}

/** A link proves less than a session: what is sensitive stays hidden, whatever its person may read. */
function withoutSensitive({ actor, ...context }: VerbContext): VerbContext {
  const permissions = actor.permissions.filter((one) => one !== 'JOBS_SENSITIVE_READ');
  return { ...context, actor: { ...actor, permissions } };
}
