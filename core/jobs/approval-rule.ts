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

type Rule = Pick<Approval, 'role' | 'approvers' | 'required' | 'fourEyes' | 'submitters'>;

/** Stands among the submitters for one of whom nobody knows who it was: everybody might have been. */
export const nobodyKnown = '';

/** Why this one may not decide, whatever the state of the approval; what cannot be read is open to nobody. */
export function hindranceOf(
  { role, approvers, required, fourEyes, submitters }: Rule,
  decisions: readonly Pick<ApprovalDecision, 'decider'>[],
  { actor, line }: Decider,
): Hindrance | undefined {
  const fitting: ReadonlySet<string> = new Set([...rolesOf(actor), ...line.ids, ...line.groups]);
  const roles: ReadonlySet<string> = new Set(rolesOf(actor));
  if (required === null) return 'UNREADABLE';
  if (role !== null && !roles.has(role)) return 'ROLE';
  if (approvers.length > 0 && !approvers.some((one) => fitting.has(one))) return 'APPROVERS';
  const isOwn = submitters.some((one) => one === nobodyKnown || line.principals.includes(one));
  if (fourEyes && (isOwn || submitters.length === 0)) return 'FOUR_EYES';
  if (decisions.some(({ decider }) => decider === line.first)) return 'ALREADY_DECIDED';
  return undefined;
}

/** The same as a condition: open approvals that this one may decide now. */
export function decidableBy({ actor, line }: Decider, now: Date): Prisma.ApprovalWhereInput {
  const roles = [...rolesOf(actor)];
  return {
    state: 'PENDING',
    required: { not: null },
    AND: [
      { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
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
    decisions: { none: { decider: line.first } },
  };
}
