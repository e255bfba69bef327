import type { BulkOperation } from '../../../prisma/_generated/client.ts';
import { concernsAll, isPassingFault } from '../../../kernel/database/faults.ts';
import { AppError } from '../../../kernel/errors.ts';
import { constantBackoff } from '../../../kernel/retry/backoff.ts';
import { retry } from '../../../kernel/retry/retry.ts';
import type { Actor } from '../../access/actor.ts';
import type { Services, VerbContext } from '../../context.ts';
import { cancelJob } from '../cancel-job.ts';
import { pauseJob } from '../pause-job.ts';
import { redriveJob } from '../redrive-job.ts';
import { resumeJob } from '../resume-job.ts';
import { bulkActs, bulkOptions, requestOfBulk } from './bulk-operation.ts';
import { nextChunk, writeProgress, type Progress } from './bulk-rows.ts';

/** Jobs of one operation that are dealt with at the same time. */
const concurrency = 4;
/** Before a job is tried again that somebody else was at, milliseconds. */
const collisionMs = 200;
/** After this time the rest of a chunk is left to the next turn, milliseconds; well below the lease of a chunk. */
const chunkMs = 20_000;

/** Deals with the next jobs of an operation that was claimed, and lets it go. */
export async function workChunk(services: Services, operation: BulkOperation): Promise<void> {
  const chunk = await nextChunk(services, operation).catch((error: unknown) => {
    if (error instanceof AppError && !concernsAll(error)) return error;
    throw error;
  });
  if (chunk instanceof AppError) {
    // The filter means nothing any more, e.g. as two agents have the name now.
    await writeProgress(services, operation, { ...nothingLeft, error: chunk.message });
    return;
  }
  const endsAt = performance.now() + chunkMs;
  const outcomes = new Map<string, Outcome>(chunk.dealtWith.map((id) => [id, 'done']));
  const waiting = chunk.jobIds.filter((id) => !outcomes.has(id));
  const context = contextOf(services, operation);
  const lane = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      outcomes.set(id, await actOn(context, operation, id));
      if (performance.now() >= endsAt) return;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  await writeProgress(services, operation, progressOf(chunk.jobIds, outcomes));
}

/** What became of a job: acted upon, in no state for it any more, or a fault. */
type Outcome = 'done' | 'skipped' | { readonly error: string };

const nothingLeft = { last: undefined, left: [], done: 0, skipped: 0, failed: 0 } as const;

function progressOf(jobIds: readonly string[], outcomes: ReadonlyMap<string, Outcome>): Progress {
  const all = [...outcomes.values()];
  const faults = all.filter((one) => typeof one === 'object');
  return {
    last: jobIds.at(-1),
    left: jobIds.filter((id) => !outcomes.has(id)),
    done: all.filter((one) => one === 'done').length,
    skipped: all.filter((one) => one === 'skipped').length,
    failed: faults.length,
    error: faults.at(-1)?.error,
  };
}

/** As whoever asked for the operation; what they were allowed then was looked at then. */
function contextOf(services: Services, operation: BulkOperation): VerbContext {
  const { id, tenantId, actorKind, actorId, actorName } = operation;
  const actor: Actor = {
    kind: actorKind === 'user' || actorKind === 'api_key' ? actorKind : 'system',
    id: actorId,
    name: actorName,
    tenantId,
    permissions: ['JOBS_OPERATE'],
  };
  return { ...services, actor, requestId: requestOfBulk(id) };
}

const verbs = {
  CANCEL: cancelJob,
  PAUSE: pauseJob,
  RESUME: resumeJob,
  REDRIVE: redriveJob,
} as const;

async function actOn(
  context: VerbContext,
  { act, options }: BulkOperation,
  id: string,
): Promise<Outcome> {
  const known = bulkActs.find((name) => name === act);
  if (known === undefined) return { error: `no act is called ${act}` };
  try {
    const input = { id, ...bulkOptions.parse(options) };
    await retry(() => verbs[known](context, input), {
      attempts: 3,
      backoff: constantBackoff(collisionMs),
      isRetryable: (error) => isPassingFault(error) && !concernsAll(error),
    });
    return 'done';
  } catch (error) {
    if (concernsAll(error)) throw error;
    if (!(error instanceof AppError)) {
      context.log.error(
        { err: error, jobId: id },
        'a job of a bulk operation could not be reached',
      );
      return { error: `job ${id}: a fault of the platform` };
    }
    if (error.code === 'CONFLICT' || error.code === 'NOT_FOUND') return 'skipped';
    return { error: `job ${id}: ${error.message}` };
  }
}
