import { z } from 'zod';

import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { AppError, RefusedError } from '../../kernel/errors.ts';
import type { Problem } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { SubmitRow } from '../../queue/submit.ts';
import { canonicalJson } from './canonical.ts';
import { principalOf } from '../access/actor.ts';
import { recordDenial } from '../access/permit.ts';
import { auditRow } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { checkTexts, jsonValue, parse } from '../parse.ts';
import { checkInput } from './check-input.ts';
import { labelList } from './labels.ts';
import { refuseBeyondQuota } from './live-jobs.ts';
import { agentName } from './names.ts';
import { placeJob } from './place-job.ts';
import { callerKey, platformKey } from './platform-key.ts';
import { findRunnableAgent, type RunnableAgent } from './runnable-agent.ts';
import { sealSubmission } from './sensitive/seal-input.ts';

/** A job on its way in. */
export const submissionInput = z.strictObject({
  agent: agentName,
  version: z.int().min(1).nullish(),
  input: jsonValue.nullish(),
  priority: z.enum(['LOW', 'NORMAL', 'HIGH', 'URGENT']).nullish(),
  runAt: z.iso.datetime({ offset: true }).nullish(),
  idempotencyKey: callerKey.nullish(),
  labels: labelList.nullish(),
});

export type SubmissionInput = z.infer<typeof submissionInput>;

/** What became of a submission. */
export interface Submission {
  readonly jobId: string;
  readonly isNew: boolean;
}

/** A job to submit and the path of its argument, with which the fields of its problems begin. */
export interface Candidate {
  readonly input: unknown;
  readonly path: string;
}

/**
 * Queues jobs without a transaction of their own: each is checked against its agent, then all are committed with what
 * else is under way, each with its first event and its audit row. A refused one does not hold back the others.
 */
export async function submitAll(
  context: VerbContext,
  candidates: readonly Candidate[],
): Promise<readonly (Submission | AppError)[]> {
  const prepared = await Promise.all(candidates.map((candidate) => prepare(context, candidate)));
  const able = prepared.filter(isRow);
  const refused = await refuseBeyondQuota(context, able);
  const rows = able.filter((row) => !refused.has(row));
  const results = await context.queue.submit(rows);
  const settled = new Map([
    ...refused,
    ...rows.map((row, index) => [row, results[index]] as const),
  ]);
  return prepared.map((row, index) => {
    if (row instanceof AppError) return row;
    return placed(settled.get(row) ?? lost(row), candidates[index]?.path ?? '');
  });
}

async function prepare(
  context: VerbContext,
  { input, path }: Candidate,
): Promise<SubmitRow | AppError> {
  try {
    checkTexts(input, path);
    return await rowOf(context, parse(submissionInput, input, path), path);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

async function rowOf(
  context: VerbContext,
  submission: SubmissionInput,
  path: string,
): Promise<SubmitRow> {
  const { agent, priority, runAt, idempotencyKey } = submission;
  const runnable = await findForSubmit(context, submission, path);
  if (runnable === undefined) throw refusal('NOT_FOUND', `${path}.agent`, missing(submission));
  if (runnable.isArchived)
    throw refusal('CONFLICT', `${path}.agent`, `agent ${JSON.stringify(agent)} is archived`);
  if (runnable.pauseReason !== null)
    throw refusal('CONFLICT', `${path}.agent`, paused(agent, runnable.pauseReason));
  const input: JsonValue = submission.input ?? {};
  const { tenantId } = context.actor;
  await checkInput(context, runnable.definition, { tenantId, input, path: `${path}.input` });
  const place = placeJob(runnable.definition, { input, path, labels: submission.labels });
  const jobId = newId();
  return {
    jobId,
    tenantId,
    ...place,
    agentId: runnable.agentId,
    agentVersionId: runnable.versionId,
    ...(priority ? { priority } : {}),
    ...(runAt ? { runAt: new Date(runAt) } : {}),
    ...(idempotencyKey ? { idempotencyKey: keyFor(context, idempotencyKey) } : {}),
    ...(context.actor.token && { tokenId: context.actor.id }),
    ...(await sealSubmission(context, {
      ...{ tenantId, jobId, input, definition: runnable.definition },
      inputHash: hashOf(submission),
      path: `${path}.input`,
    })),
    createdBy: context.actor.name,
    submitter: principalOf(context.actor),
    audit: auditRow(context, {
      action: 'job.submit',
      target: { kind: 'job', id: jobId },
      jobId,
      data: { agent, agentVersionId: runnable.versionId },
    }),
  };
}

/** An agent that the caller sees but has the permission for others only is refused as such. */
async function findForSubmit(
  context: VerbContext,
  submission: SubmissionInput,
  path: string,
): Promise<RunnableAgent | undefined> {
  const wanted = { ...submission, path: `${path}.agent` };
  const runnable = await findRunnableAgent(context, wanted, 'JOBS_SUBMIT');
  if (runnable !== undefined || context.actor.conditions?.JOBS_SUBMIT === undefined)
    return runnable;
  if ((await findRunnableAgent(context, wanted)) === undefined) return undefined;
  await recordDenial(context, 'job.submit', ['JOBS_SUBMIT']);
  throw new AppError(
    'FORBIDDEN',
    'this needs the permission JOBS_SUBMIT for the labels of the agent',
  );
}

/** A page's keys are its own: it can neither guess nor take those of others. */
function keyFor({ actor }: VerbContext, key: string): string {
  return actor.token === undefined ? key : platformKey('token', `${actor.id}:${key}`);
}

/** Two submissions with equal hashes ask for the same job. */
function hashOf({ agent, version, input, priority, runAt, labels }: SubmissionInput): string {
  const job = [agent, version ?? null, input ?? null, priority ?? 'NORMAL', runAt ?? null];
  return sha256Hex(canonicalJson(labels?.length ? [...job, labels] : job));
}

function missing({ agent, version }: SubmissionInput): string {
  const name = JSON.stringify(agent.slice(0, 64));
  return version
    ? `agent ${name} has no version ${String(version)}`
    : `agent ${name} does not exist; publish it first`;
}

function paused(agent: string, reason: string): string {
  return `agent ${JSON.stringify(agent)} is paused, as ${reason}; mend it, then call resumeAgent`;
}

function refusal(code: 'NOT_FOUND' | 'CONFLICT', field: string, message: string): RefusedError {
  const problem: Problem = { code, field, message };
  return new RefusedError(code, [problem]);
}

/** The queue knows a row and not the argument it came from. */
function placed(result: Submission | AppError, path: string): Submission | AppError {
  if (!(result instanceof AppError)) return result;
  if (result.code === 'QUOTA_EXCEEDED') return new AppError(result.code, result.message, { path });
  return result.code === 'IDEMPOTENCY_MISMATCH'
    ? new AppError(result.code, result.message, { path: `${path}.idempotencyKey` })
    : result;
}

function lost({ jobId }: SubmitRow): AppError {
  return new AppError('INTERNAL', `the queue gave no answer for job ${jobId}`);
}

function isRow(prepared: SubmitRow | AppError): prepared is SubmitRow {
  return !(prepared instanceof AppError);
}
