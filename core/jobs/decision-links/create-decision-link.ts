import { z } from 'zod';

import { sha256 } from '../../../kernel/crypto/hash.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { AppError, NotFoundError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import type { DecisionLink } from '../../../prisma/_generated/client.ts';
import { principalOf } from '../../access/actor.ts';
import { newTicketSecret, ticketText } from '../../access/connect-link.ts';
import { decisionPath } from '../../access/decision-link.ts';
import { findMemberByEmail } from '../../access/find-member-by-email.ts';
import { lineOf } from '../../access/line-of.ts';
import { permitFor } from '../../access/permit-for.ts';
import { permit, permitMaker } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse, refuse } from '../../parse.ts';
import { read } from '../../read.ts';
import { isOwnJob } from '../approval-rule.ts';
import { loadVoices, voiceFor } from '../delegations/voices.ts';
import { asMember } from './person.ts';

const createDecisionLinkInput = z
  .strictObject({
    approvalId: z.uuid(),
    memberId: z.uuid().nullish(),
    email: z.email().max(254).nullish(),
    expiresInSeconds: z.int().min(60).max(2_592_000).nullish(),
  })
  .refine(({ memberId, email }) => (memberId ?? null) === null || (email ?? null) === null, {
    message: 'give the member by id or by e-mail address, not by both',
    path: ['email'],
  })
  .refine(({ memberId, email }) => (memberId ?? email ?? null) !== null, {
    message: 'give the member by id or by e-mail address',
    path: ['memberId'],
  });

type Wish = z.infer<typeof createDecisionLinkInput>;

const defaultSeconds = 86_400;
/** Of one approval. */
const maxOpen = 50;
const keptMs = 30 * 86_400_000;
const action = 'decision_link.create';

/** A link with its address, which is told this once. */
export interface NewDecisionLink {
  readonly decisionLink: DecisionLink;
  /** Below the address of the gateway. */
  readonly path: string;
}

/** Makes an address by which one member, who may decide an approval, does so once without signing in. */
export async function createDecisionLink(
  context: VerbContext,
  input: unknown,
): Promise<NewDecisionLink> {
  await permitMaker(context, action);
  await permit(context, 'APPROVALS_LINK', action);
  const wish = parse(createDecisionLinkInput, input);
  const { tenantId } = context.actor;
  const { jobId, memberId } = await find(context, wish);
  const job = { kind: 'Job', id: jobId } as const;
  await permitFor(context, job, { permission: 'APPROVALS_LINK', action });
  const member = await asMember(context, memberId);
  if (member === undefined || !(await isReached(member, job)))
    refuse('CONFLICT', 'input.memberId', 'the member may not decide it');
  const [id, secret] = [newId(), newTicketSecret()];
  const decisionLink = await context.database.withTenant(tenantId, async (tx) => {
    const expiresAt = await requireDecider(tx, { context, member, wish });
    await makeRoom(tx, context, wish.approvalId);
    const link = await tx.decisionLink.create({
      data: {
        ...{ tenantId, id, approvalId: wish.approvalId, memberId, memberName: member.actor.name },
        secretHash: new Uint8Array(sha256(secret)),
        createdBy: principalOf(context.actor),
        ...{ createdAt: context.clock.now(), expiresAt },
      },
    });
    await record(tx, context, {
      action,
      target: { kind: 'approval', id: wish.approvalId },
      jobId,
      data: { decisionLink: id, member: memberId, expiresAt: expiresAt.toISOString() },
    });
    return link;
  });
  return {
    decisionLink,
    path: `${decisionPath}?link=${ticketText({ tenantId, linkId: id, secret })}`,
  };
}

/** What is to be decided, and by whom. */
async function find(
  context: VerbContext,
  { approvalId, memberId, email }: Wish,
): Promise<{ readonly jobId: string; readonly memberId: string }> {
  const { tenantId } = context.actor;
  return read(context, async (tx) => {
    const approval = await tx.approval.findFirst({
      where: { tenantId, id: approvalId },
      select: { jobId: true },
    });
    if (approval === null) throw new NotFoundError('Approval', approvalId);
    const id = memberId ?? (await findMemberByEmail(tx, { tenantId, email: email ?? '' }));
    if (id === undefined) throw new NotFoundError('member', email ?? '');
    const isMember = await tx.member.count({ where: { tenantId, id, removedAt: null } });
    if (isMember === 0) throw new NotFoundError('member', id);
    return { jobId: approval.jobId, memberId: id };
  });
}

/** Whether the labels of the agent are such that the member may decide. */
async function isReached(
  member: VerbContext,
  job: { readonly kind: 'Job'; readonly id: string },
): Promise<boolean> {
  try {
    await permitFor(member, job, { permission: 'APPROVALS_DECIDE' });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code !== 'INTERNAL') return false;
    throw error;
  }
}

interface Wanted {
  readonly context: VerbContext;
  readonly member: VerbContext;
  readonly wish: Wish;
}

/** Until when the link is good; refuses where the member could not decide, or the caller not have it decided. */
async function requireDecider(
  tx: Transaction,
  { context, member, wish: { approvalId, expiresInSeconds } }: Wanted,
): Promise<Date> {
  const { tenantId } = context.actor;
  const now = context.clock.now();
  // Locked, so that links are counted one by one.
  await tx.$executeRaw`
    select 1 from jobs.approval where tenant_id = ${tenantId}::uuid and id = ${approvalId}::uuid for update`;
  const approval = await tx.approval.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id: approvalId } },
    include: { decisions: true },
  });
  const { state, expiresAt, decisions } = approval;
  if (state !== 'PENDING') refuse('CONFLICT', 'input.approvalId', `the approval is ${state}`);
  if (expiresAt !== null && expiresAt <= now)
    refuse('CONFLICT', 'input.approvalId', 'the approval has expired');
  // Who submitted the job would otherwise decide it as somebody else.
  if (isOwnJob(approval, await lineOf(tx, context.actor)))
    refuse('CONFLICT', 'input.approvalId', 'somebody else than who submitted the job makes a link');
  const voice = voiceFor(approval, decisions, await loadVoices(tx, member));
  if (typeof voice === 'string')
    refuse('CONFLICT', 'input.memberId', `the member may not decide it: ${voice}`);
  const end = now.getTime() + (expiresInSeconds ?? defaultSeconds) * 1_000;
  return new Date(Math.min(end, expiresAt?.getTime() ?? end));
}

async function makeRoom(
  tx: Transaction,
  { actor: { tenantId }, clock }: VerbContext,
  approvalId: string,
): Promise<void> {
  const now = clock.now();
  await tx.decisionLink.deleteMany({
    where: { tenantId, approvalId, expiresAt: { lt: new Date(now.getTime() - keptMs) } },
  });
  const open = await tx.decisionLink.count({
    where: { tenantId, approvalId, usedAt: null, revokedAt: null, expiresAt: { gt: now } },
  });
  if (open >= maxOpen)
    refuse('CONFLICT', 'input.approvalId', `it has ${String(maxOpen)} open links already`);
}
