import type { Transaction } from '../../kernel/database/database.ts';
import { parseJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { answerWait } from '../../queue/answer-wait.ts';
import { approvalEvents } from '../../queue/approval-events.ts';
import { inTransaction } from '../../queue/statement.ts';
import { refuse } from '../parse.ts';
import { delegatorIdOf } from './delegations/voices.ts';
import type { LockedApproval } from './lock-approval.ts';
import { tellOfApproval } from './tell-of-approval.ts';

type Decision = LockedApproval['decisions'][number];

/** A question whose deadline is that near to the end of the time for taking back is decided at once. */
const sparedBeforeDeadline = '1 min';

/**
 * Hands what was decided to the job, at once or when it can be taken back no more; answers what the audit log is told of
 * that.
 */
export async function endQuestion(
  tx: Transaction,
  approval: LockedApproval,
  decisions: readonly Decision[],
): Promise<JsonObject> {
  const last = decisions.at(-1);
  if (last === undefined) return {};
  const value = valueOf(last, decisions);
  const settlesAt = await hold(tx, approval, value);
  if (settlesAt !== undefined) return { settlesAt: settlesAt.toISOString() };
  await settle(tx, approval, { last, value });
  return {};
}

function valueOf(last: Decision, decisions: readonly Decision[]): JsonObject {
  const told = decisions.map(toldDecision);
  return {
    decision: last.isApproval ? 'approved' : 'rejected',
    ...toldDecision(last),
    ...(told.length === 1 ? {} : { decisions: told }),
  };
}

/** Keeps it until nobody may take it back, by the clock of the database; undefined where it stands at once. */
async function hold(
  tx: Transaction,
  { tenantId, id, jobId, key, undoMs }: LockedApproval,
  value: JsonObject,
): Promise<Date | undefined> {
  if (undoMs === null) return undefined;
  const [held] = await tx.$queryRaw<readonly { readonly settlesAt: Date }[]>`
    update jobs.approval
    set settlement = ${JSON.stringify(value)}::json, settles_at = clock_timestamp() + undo_ms * interval '1 ms'
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and state = 'PENDING'
      and (expires_at is null
        or expires_at > clock_timestamp() + undo_ms * interval '1 ms' + ${sparedBeforeDeadline}::interval)
      and exists (select from jobs.wait where job_id = approval.job_id and key = approval.key and answer is null)
    returning settles_at as "settlesAt"`;
  if (held === undefined) return undefined;
  const data = { wait: key, approvalId: id, settlesAt: held.settlesAt.toISOString() };
  await tellOfApproval(tx, { tenantId, jobId, type: approvalEvents.held, data });
  return held.settlesAt;
}

interface Outcome {
  readonly last: Decision;
  readonly value: JsonObject;
}

async function settle(
  tx: Transaction,
  { tenantId, id, jobId, key }: LockedApproval,
  { last, value }: Outcome,
): Promise<void> {
  const { isAccepted } = await answerWait(inTransaction(tx), {
    ...{ tenantId, jobId, key, value },
    eventType: approvalEvents.decided,
  });
  const { count } = await tx.approval.updateMany({
    where: { tenantId, id, state: 'PENDING' },
    data: {
      state: last.isApproval ? 'APPROVED' : 'REJECTED',
      decidedBy: last.actorName,
      decidedAt: last.decidedAt,
      comment: last.comment,
    },
  });
  if (!isAccepted || count === 0)
    refuse('CONFLICT', 'input.id', 'the job waits for this decision no more');
}

function toldDecision(decision: Decision): { readonly [name: string]: JsonValue } {
  const { actorName, actorId, decidedAt, comment, data, delegatorName } = decision;
  return {
    decidedBy: actorName,
    decidedById: actorId,
    ...(delegatorName === null
      ? {}
      : { onBehalfOf: delegatorName, onBehalfOfId: delegatorIdOf(decision) }),
    decidedAt: decidedAt.toISOString(),
    ...(comment === null || comment === '' ? {} : { comment }),
    ...(data === null ? {} : { data: parseJson(data) }),
  };
}
