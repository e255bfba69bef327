import type { Approval, ApprovalDecision, Prisma } from '../../prisma/_generated/client.ts';
import type { Actor } from '../access/actor.ts';
import type { Line } from '../access/line-of.ts';
import { rolesOf } from '../access/roles.ts';

/** Who would decide. */
export interface Decider {
  readonly actor: Actor;
  readonly line: Line;
}

/** Why somebody may not decide. */
export type Hindrance = 'UNREADABLE' | 'ROLE' | 'APPROVERS' | 'FOUR_EYES' | 'ALREADY_DECIDED';

/** What they are told. */
export const reasons: Readonly<Record<Hindrance, string>> = {
  UNREADABLE: 'who may decide cannot be read, so nobody may; end the job',
  ROLE: 'the definition asks for a role that you do not have',
  APPROVERS: 'the definition names other approvers',
  FOUR_EYES: 'somebody else than who submitted the job has to decide',
  ALREADY_DECIDED: 'you have decided it already',
};

/** What an approval asks of whoever decides it. */
export type Rule = Pick<Approval, 'role' | 'approvers' | 'required' | 'fourEyes' | 'submitters'>;

/** A decision as far as it says whose it is. */
export type Spoken = Pick<ApprovalDecision, 'decider' | 'hand'>;

/** Stands among the submitters for one of whom nobody knows who it was: everybody might have been. */
export const nobodyKnown = '';

/** Why this one may not decide, whatever the state of the approval; what cannot be read is open to nobody. */
export function hindranceOf(
  rule: Rule,
  decisions: readonly Spoken[],
  { actor, line }: Decider,
): Hindrance | undefined {
  const { role, approvers, required } = rule;
  const fitting: ReadonlySet<string> = new Set([...rolesOf(actor), ...line.ids, ...line.groups]);
  const roles: ReadonlySet<string> = new Set(rolesOf(actor));
  if (required === null) return 'UNREADABLE';
  if (role !== null && !roles.has(role)) return 'ROLE';
  if (approvers.length > 0 && !approvers.some((one) => fitting.has(one))) return 'APPROVERS';
  if (isOwnJob(rule, line)) return 'FOUR_EYES';
  return hasSpoken(decisions, line) ? 'ALREADY_DECIDED' : undefined;
}

/** Whether somebody else has to decide: this one, or nobody knows who, has submitted the job. */
export function isOwnJob(
  { fourEyes, submitters }: Pick<Rule, 'fourEyes' | 'submitters'>,
  { principals }: Line,
): boolean {
  const isOwn = submitters.some((one) => one === nobodyKnown || principals.includes(one));
  return fourEyes && (isOwn || submitters.length === 0);
}

/** Whether this one has said something already, for themselves or for another, or another in their place. */
export function hasSpoken(decisions: readonly Spoken[], { first }: Pick<Line, 'first'>): boolean {
  return decisions.some(({ decider, hand }) => decider === first || hand === first);
}

/** Approvals that are not decided yet and have not expired. */
export function openAt(now: Date): Prisma.ApprovalWhereInput {
  return {
    state: 'PENDING',
    settlesAt: null,
    OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
  };
}

/** The same as `hindranceOf` as a condition: approvals that this one may decide, whatever their state. */
export function fittingFor({ actor, line }: Decider): Prisma.ApprovalWhereInput {
  const roles = [...rolesOf(actor)];
  return {
    required: { not: null },
    AND: [
      { OR: [{ role: null }, { role: { in: roles } }] },
      {
        OR: [
          { approvers: { isEmpty: true } },
          { approvers: { hasSome: [...line.ids, ...roles, ...line.groups] } },
        ],
      },
      {
        OR: [
          { fourEyes: false },
          {
            submitters: { isEmpty: false },
            NOT: { submitters: { hasSome: [...line.principals, nobodyKnown] } },
          },
        ],
      },
    ],
    decisions: { none: { OR: [{ decider: line.first }, { hand: line.first }] } },
  };
}
