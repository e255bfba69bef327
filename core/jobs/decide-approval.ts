import { z } from 'zod';

import type { Approval } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { AppError, NotFoundError, RefusedError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { jsonValue, parse, refuse } from '../parse.ts';
import { read } from '../read.ts';
import { withExactData } from './approval-data.ts';
import { reasons, type Hindrance } from './approval-rule.ts';
import { ringReady } from './channels.ts';
import { fillIn, type FilledIn } from './decision-data.ts';
import { loadVoices, voiceFor, type Voice } from './delegations/voices.ts';
import { endQuestion } from './end-question.ts';
import { lockApproval } from './lock-approval.ts';
import { idInput, words } from './names.ts';
import { shownApprovals } from './sensitive/shown-rows.ts';

const decisionInput = z.strictObject({
  ...idInput.shape,
  approve: z.boolean(),
  comment: words(10_000),
  // Clients write null for what they do not give; a form is of an object.
  data: jsonValue.nullish().transform((data) => data ?? undefined),
});

type Wish = z.infer<typeof decisionInput>;

/** By what somebody decides who has not signed in. */
export interface Means {
  /** Uses it up in the transaction of the decision; throws where it is good no more. */
  readonly use: (tx: Transaction) => Promise<void>;
  /** What the audit log is told of it. */
  readonly told: JsonObject;
}

/**
 * Says yes or no to an approval. As many have to say yes as its call wants, one no is enough; then its job wakes, and what
 * was decided stands. Where its call lets decisions be taken back, the job is told when that is over.
 */
export async function decideApproval(
  context: VerbContext,
  input: unknown,
  means?: Means,
): Promise<Approval> {
  await permit(context, 'APPROVALS_DECIDE', 'approval.decide');
  const wish = parse(decisionInput, input);
  await permitDecision(context, wish.id);
  const { tenantId } = context.actor;
  const filledIn = await fillIn(context, wish);
  const outcome = await context.database.withTenant(tenantId, (tx) =>
    decide(tx, context, { ...wish, filledIn, means }),
  );
  if (typeof outcome === 'string') throw await refused(context, wish.id, outcome);
  ringReady(context);
  const [shown = outcome] = await shownApprovals(context, [outcome]);
  return shown;
}

/** Where the permission counts for some labels, those of the agent have to fit. */
async function permitDecision(context: VerbContext, id: string): Promise<void> {
  const { tenantId, conditions } = context.actor;
  if (conditions?.APPROVALS_DECIDE === undefined) return;
  const approval = await read(context, (tx) =>
    tx.approval.findUnique({ where: { tenantId_id: { tenantId, id } }, select: { jobId: true } }),
  );
  if (approval === null) throw new NotFoundError('Approval', id);
  const job = { kind: 'Job', id: approval.jobId } as const;
  await permitFor(context, job, { permission: 'APPROVALS_DECIDE', action: 'approval.decide' });
}

interface Considered extends Wish {
  readonly filledIn: FilledIn;
  readonly means: Means | undefined;
}

async function decide(
  tx: Transaction,
  context: VerbContext,
  { id, approve, comment, filledIn, means }: Considered,
): Promise<Approval | Hindrance> {
  const { tenantId } = context.actor;
  const now = context.clock.now();
  const approval = await lockApproval(tx, tenantId, id);
  const { decisions } = approval;
  const voices = await loadVoices(tx, context);
  const voice = voiceFor(approval, decisions, voices);
  const isDone = voice === 'ALREADY_DECIDED';
  if (typeof voice === 'string' && !isDone) return voice;
  requireOpen(approval, now);
  if (isDone) refuse('CONFLICT', 'input.id', 'you have decided it already');
  const data = textOf(filledIn);
  await means?.use(tx);
  const decision = await tx.approvalDecision.create({
    data: {
      ...{ tenantId, approvalId: id, isApproval: approve, decidedAt: now, data },
      ...{ comment: comment ?? null, ...speaker(voices.own, voice) },
    },
  });
  const all = [...decisions, decision];
  const required = approval.required ?? 1;
  const isLast = !approve || all.length >= required;
  const held = isLast ? await endQuestion(tx, approval, all) : {};
  await record(tx, context, {
    action: 'approval.decide',
    target: { kind: 'approval', id },
    jobId: approval.jobId,
    data: {
      approve,
      ...progress(approval, { decisions: all.length, isLast }),
      ...held,
      ...handedOver(voice),
      ...means?.told,
    },
  });
  return await loadApproval(tx, tenantId, id);
}

/** How far it is, where several have to say yes. */
function progress({ required }: Approval, soFar: JsonObject): JsonObject {
  return required === null || required === 1 ? {} : { ...soFar, required };
}

/** By which delegation somebody decides, and whose decision it is. */
function handedOver({ delegation, line }: Voice): JsonObject {
  return delegation === undefined ? {} : { onBehalfOf: line.first, delegation: delegation.id };
}

/** Who decides, and whose decision it is. */
function speaker({ actor, line }: Voice, voice: Voice) {
  return {
    ...{ decider: voice.line.first, actorKind: actor.kind, actorId: actor.id },
    actorName: actor.name,
    ...(voice.delegation && { hand: line.first, delegatorName: voice.actor.name }),
  };
}

/** What was filled in as its column has it; refuses what does not fit. */
function textOf({ problems, stored }: FilledIn): string | null {
  if (problems.length > 0) throw new RefusedError('INPUT_INVALID', problems);
  return stored === undefined ? null : JSON.stringify(stored);
}

function requireOpen({ state, expiresAt, settlesAt }: Approval, now: Date): void {
  if (state !== 'PENDING') refuse('CONFLICT', 'input.id', `the approval is ${state}`);
  if (settlesAt !== null)
    refuse('CONFLICT', 'input.id', 'it is decided; who did so may take it back for a while');
  if (expiresAt !== null && expiresAt <= now)
    refuse('CONFLICT', 'input.id', 'the approval has expired');
}

/** An approval with what it shows as it was written. */
export async function loadApproval(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<Approval> {
  const approval = await tx.approval.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id } },
  });
  const [exact = approval] = await withExactData(tx, tenantId, [approval]);
  return exact;
}

/** On record of its own: the transaction of the decision is over and has written nothing. */
async function refused(context: VerbContext, id: string, denied: Hindrance): Promise<AppError> {
  const { tenantId } = context.actor;
  await context.database.withTenant(tenantId, (tx) =>
    record(tx, context, {
      action: 'approval.decide',
      target: { kind: 'approval', id },
      data: { denied: [denied] },
    }),
  );
  return new AppError('FORBIDDEN', reasons[denied]);
}
