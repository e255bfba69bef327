import { z } from 'zod';

import type { Transaction } from '../../../kernel/database/database.ts';
import { AppError, NotFoundError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Delegation } from '../../../prisma/_generated/client.ts';
import type { Actor } from '../../access/actor.ts';
import { findMemberByEmail } from '../../access/find-member-by-email.ts';
import { findPrincipal } from '../../access/find-principal.ts';
import { lineOf, type Line } from '../../access/line-of.ts';
import { permitFor } from '../../access/permit-for.ts';
import { permit, permitMaker, permitWhole, recordDenial } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse, refuse } from '../../parse.ts';
import { hindranceOf, reasons, type Hindrance } from '../approval-rule.ts';
import { reason } from '../names.ts';

const dayMs = 86_400_000;
const maxDays = 90;
/** Of one delegator. */
const maxLive = 50;
const action = 'delegation.create';
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const createDelegationInput = z
  .strictObject({
    to: z.uuid().nullish(),
    email: z.email().max(254).nullish(),
    approvalId: z.uuid().nullish(),
    startsAt: time.nullish(),
    endsAt: time,
    comment: reason,
  })
  .refine(({ to, email }) => ((to ?? null) === null) !== ((email ?? null) === null), {
    message: 'give who decides by id or by e-mail address',
    path: ['to'],
  });

type Wish = z.infer<typeof createDelegationInput>;

/**
 * Lets a member or key decide in the caller's place for a time: one approval that the caller may decide, or all of them. It is
 * worth what the caller may do whenever it is used, and cannot be handed on.
 */
export async function createDelegation(context: VerbContext, input: unknown): Promise<Delegation> {
  await permitMaker(context, action);
  await permit(context, 'APPROVALS_DECIDE', action);
  const wish = parse(createDelegationInput, input);
  await permitScope(context, wish);
  const { tenantId } = context.actor;
  const outcome = await context.database.withTenant(tenantId, (tx) => create(tx, context, wish));
  if (typeof outcome !== 'string') return outcome;
  await recordDenial(context, action, [outcome]);
  throw new AppError(
    'FORBIDDEN',
    `you cannot hand on what you may not decide: ${reasons[outcome]}`,
  );
}

/** Where the permission counts for some labels, a single approval is handed over that has such labels. */
async function permitScope(context: VerbContext, { approvalId }: Wish): Promise<void> {
  if (approvalId === null || approvalId === undefined) {
    await permitWhole(context, 'APPROVALS_DECIDE', action);
    return;
  }
  if (context.actor.conditions?.APPROVALS_DECIDE === undefined) return;
  const { tenantId } = context.actor;
  const approval = await context.database.withTenant(
    tenantId,
    (tx) => tx.approval.findFirst({ where: { tenantId, id: approvalId }, select: { jobId: true } }),
    { isReadOnly: true },
  );
  if (approval === null) throw new NotFoundError('Approval', approvalId);
  const job = { kind: 'Job', id: approval.jobId } as const;
  await permitFor(context, job, { permission: 'APPROVALS_DECIDE', action });
}

async function create(
  tx: Transaction,
  context: VerbContext,
  wish: Wish,
): Promise<Delegation | Hindrance> {
  const { actor, clock } = context;
  const { tenantId } = actor;
  const now = clock.now();
  const startsAt = wish.startsAt ?? now;
  requireTime({ ...wish, startsAt }, now);
  const line = await lineOf(tx, actor);
  const to = await requireDelegate(tx, { tenantId, wish, from: line }, now);
  const approvalId = wish.approvalId ?? null;
  if (approvalId !== null) {
    const hindrance = await hindranceAt(tx, { actor, line }, { approvalId, now });
    if (hindrance !== undefined) return hindrance;
  }
  await requireRoom(tx, { tenantId, delegator: line.first }, now);
  const delegation = await tx.delegation.create({
    data: {
      ...{ tenantId, id: newId(), delegator: line.first, delegatorName: actor.name },
      ...{ delegate: to.line.first, delegateName: to.actor.name, approvalId },
      ...{ comment: wish.comment ?? null, createdAt: now, startsAt, endsAt: wish.endsAt },
    },
  });
  await record(tx, context, {
    action,
    target: { kind: 'delegation', id: delegation.id },
    data: {
      ...{ from: delegation.delegator, to: delegation.delegate, approval: approvalId },
      ...{ startsAt: startsAt.toISOString(), endsAt: wish.endsAt.toISOString() },
    },
  });
  return delegation;
}

function requireTime({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }, now: Date): void {
  if (endsAt <= now) refuse('CONFLICT', 'input.endsAt', 'the end has passed already');
  if (endsAt <= startsAt) refuse('CONFLICT', 'input.endsAt', 'the end is not after the start');
  if (endsAt.getTime() - Math.max(startsAt.getTime(), now.getTime()) > maxDays * dayMs)
    refuse('CONFLICT', 'input.endsAt', `a delegation lasts ${String(maxDays)} days at most`);
  if (startsAt.getTime() - now.getTime() > maxDays * dayMs)
    refuse('CONFLICT', 'input.startsAt', `it starts within ${String(maxDays)} days`);
}

interface Wanted {
  readonly tenantId: string;
  readonly wish: Pick<Wish, 'to' | 'email'>;
  /** Who hands it over. */
  readonly from: Line;
}

async function requireDelegate(
  tx: Transaction,
  { tenantId, wish: { to, email }, from }: Wanted,
  now: Date,
): Promise<{ readonly actor: Actor; readonly line: Line }> {
  const id = to ?? (await findMemberByEmail(tx, { tenantId, email: email ?? '' }));
  const actor = id === undefined ? undefined : await findPrincipal(tx, { tenantId, id }, now);
  if (actor === undefined) throw new NotFoundError('member or key', to ?? email ?? '');
  const line = await lineOf(tx, actor);
  if (line.first === from.first) refuse('CONFLICT', 'input.to', 'that is you');
  if (!actor.permissions.includes('APPROVALS_DECIDE'))
    refuse('CONFLICT', 'input.to', 'they need the permission APPROVALS_DECIDE themselves');
  return { actor, line };
}

/** Why the caller may not decide the approval themselves. */
async function hindranceAt(
  tx: Transaction,
  decider: { readonly actor: Actor; readonly line: Line },
  { approvalId, now }: { readonly approvalId: string; readonly now: Date },
): Promise<Hindrance | undefined> {
  const { tenantId } = decider.actor;
  const approval = await tx.approval.findFirst({
    where: { tenantId, id: approvalId },
    include: { decisions: true },
  });
  if (approval === null) throw new NotFoundError('Approval', approvalId);
  const { state, expiresAt, decisions } = approval;
  const hindrance = hindranceOf(approval, decisions, decider);
  if (hindrance !== undefined) return hindrance;
  if (state !== 'PENDING') refuse('CONFLICT', 'input.approvalId', `the approval is ${state}`);
  if (expiresAt !== null && expiresAt <= now)
    refuse('CONFLICT', 'input.approvalId', 'the approval has expired');
  return undefined;
}

async function requireRoom(
  tx: Transaction,
  of: Pick<Delegation, 'tenantId' | 'delegator'>,
  now: Date,
): Promise<void> {
  // One after another, so that many at once are counted.
  await tx.$executeRaw`
    select pg_advisory_xact_lock(hashtextextended(${`delegations of ${of.tenantId} ${of.delegator}`}, 0))`;
  const live = await tx.delegation.count({
    where: { ...of, endedAt: null, endsAt: { gt: now } },
  });
  if (live >= maxLive)
    refuse('CONFLICT', 'input', `you have ${String(maxLive)} delegations; end some first`);
}
