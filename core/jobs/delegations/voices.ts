import type { Transaction } from '../../../kernel/database/database.ts';
import type {
  Approval,
  ApprovalDecision,
  Delegation,
  Prisma,
} from '../../../prisma/_generated/client.ts';
import { fits } from '../../access/conditions.ts';
import { findPrincipal } from '../../access/find-principal.ts';
import { readLabels } from '../../access/labels.ts';
import { lineOf } from '../../access/line-of.ts';
import type { VerbContext } from '../../context.ts';
import {
  fittingFor,
  hasSpoken,
  hindranceOf,
  isOwnJob,
  type Decider,
  type Hindrance,
  type Rule,
  type Spoken,
} from '../approval-rule.ts';

/** As whom a caller may decide: as themselves, or in the place of somebody who has handed it to them. */
export interface Voice extends Decider {
  readonly delegation?: Delegation;
}

/** All of a caller; what was handed to them counts as long as whoever did so might decide. */
export interface Voices {
  readonly own: Voice;
  readonly handed: readonly (Voice & { readonly delegation: Delegation })[];
}

/** Most that are looked at, those first that end first. */
const maxHanded = 50;

/** The voices that a caller has now. */
export async function loadVoices(
  tx: Transaction,
  { actor, clock }: Pick<VerbContext, 'actor' | 'clock'>,
): Promise<Voices> {
  const { tenantId } = actor;
  const now = clock.now();
  const own = { actor, line: await lineOf(tx, actor) };
  const delegations = await tx.delegation.findMany({
    where: {
      ...{ tenantId, delegate: own.line.first, endedAt: null },
      ...{ startsAt: { lte: now }, endsAt: { gt: now } },
    },
    orderBy: [{ endsAt: 'asc' }, { id: 'asc' }],
    take: maxHanded,
  });
  const handed: Voices['handed'][number][] = [];
  for (const delegation of delegations) {
    const delegator = await delegatorOf(tx, delegation, now);
    if (delegator !== undefined) handed.push({ ...delegator, delegation });
  }
  return { own, handed };
}

/** Who handed it over, as they are now; undefined where they could not decide what it is about. */
async function delegatorOf(
  tx: Transaction,
  delegation: Delegation,
  now: Date,
): Promise<Decider | undefined> {
  const { tenantId, approvalId } = delegation;
  const actor = await findPrincipal(tx, { tenantId, id: idOf(delegation.delegator) }, now);
  if (actor?.permissions.includes('APPROVALS_DECIDE') !== true) return undefined;
  const isPermitted = await isWithin(tx, { tenantId, approvalId }, actor.conditions);
  return isPermitted ? { actor, line: await lineOf(tx, actor) } : undefined;
}

/** Where somebody may decide for some labels only, what they hand over is a single approval with such labels. */
async function isWithin(
  tx: Transaction,
  { tenantId, approvalId }: Pick<Delegation, 'tenantId' | 'approvalId'>,
  conditions: Decider['actor']['conditions'],
): Promise<boolean> {
  if (conditions?.APPROVALS_DECIDE === undefined) return true;
  if (approvalId === null) return false;
  const [agent] = await tx.$queryRaw<readonly { readonly labels: unknown }[]>`
    select agent.labels from jobs.approval
    join jobs.job on job.id = approval.job_id
    join jobs.agent on agent.tenant_id = job.tenant_id and agent.id = job.agent_id
    where approval.tenant_id = ${tenantId}::uuid and approval.id = ${approvalId}::uuid`;
  return agent !== undefined && fits(readLabels(agent.labels), conditions.APPROVALS_DECIDE);
}

/**
 * As whom a caller may decide an approval, or why not. Everybody speaks once, for whomever: who has spoken themselves does not
 * speak in another's place, and who may not decide for what they did does not do so in another's place either.
 */
export function voiceFor(
  approval: Rule & Pick<Approval, 'id'>,
  decisions: readonly Spoken[],
  { own, handed }: Voices,
): Voice | Hindrance {
  const hindrance = hindranceOf(approval, decisions, own);
  if (hindrance === undefined) return own;
  if (hindrance !== 'ROLE' && hindrance !== 'APPROVERS') return hindrance;
  const isHindered = isOwnJob(approval, own.line) || hasSpoken(decisions, own.line);
  const voice = handed.find(
    (each) =>
      isAbout(each.delegation, approval) && hindranceOf(approval, decisions, each) === undefined,
  );
  if (voice === undefined) return hindrance;
  if (!isHindered) return voice;
  return isOwnJob(approval, own.line) ? 'FOUR_EYES' : 'ALREADY_DECIDED';
}

function isAbout({ approvalId }: Delegation, { id }: Pick<Approval, 'id'>): boolean {
  return approvalId === null || approvalId === id;
}

/** The same as a condition: approvals that a caller may decide as anybody. */
export function audibleFor({ own, handed }: Voices): Prisma.ApprovalWhereInput {
  const { first, principals } = own.line;
  const inPlace = handed.map((each) => ({
    AND: [
      each.delegation.approvalId === null ? {} : { id: each.delegation.approvalId },
      fittingFor(each),
      { decisions: { none: { OR: [{ decider: first }, { hand: first }] } } },
      { OR: [{ fourEyes: false }, { NOT: { submitters: { hasSome: [...principals] } } }] },
    ],
  }));
  return { OR: [fittingFor(own), ...inPlace] };
}

/** The id of a member or key, of `<kind>:<id>`. */
export function idOf(principal: string): string {
  return principal.slice(principal.indexOf(':') + 1);
}

/** In whose place a decision was made; null where somebody decided for themselves. */
export function delegatorIdOf({
  hand,
  decider,
}: Pick<ApprovalDecision, 'hand' | 'decider'>): string | null {
  return hand === null ? null : idOf(decider);
}
