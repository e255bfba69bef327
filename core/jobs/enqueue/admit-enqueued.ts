import { workflowError } from '../../../engine/problem.ts';
import { isPassingFault } from '../../../kernel/database/faults.ts';
import { AppError, RefusedError } from '../../../kernel/errors.ts';
import { parseJson } from '../../../kernel/json.ts';
import { onPool } from '../../../queue/statement.ts';
import type { Services } from '../../context.ts';
import { systemActor } from '../../access/actor.ts';
import { ringReady } from '../channels.ts';
import { checkInput } from '../check-input.ts';
import { versionDefinition } from '../version-definition.ts';
import { type EnqueuedJob, letIn, takeUp } from './enqueued-jobs.ts';

type Needs = Pick<Services, 'database' | 'documents' | 'doorbell' | 'limits' | 'log' | 'queue'>;

/**
 * Checks a job that a transaction of a tenant has queued: with a good input it may be claimed from then on, else it fails with
 * what is wrong.
 */
export async function admitEnqueued(services: Needs, job: EnqueuedJob): Promise<void> {
  const fault = await faultOf(services, job);
  if (fault === null) return;
  if (fault !== undefined) {
    await fail(services, job, fault);
    return;
  }
  await letIn(onPool(services.database.pool), job);
  ringReady({ ...services, actor: systemActor(job.tenantId) });
}

/** What is wrong with the input; null when that could not be found out now, and is tried again later. */
async function faultOf(services: Needs, job: EnqueuedJob): Promise<string | null | undefined> {
  const { tenantId } = job;
  if (job.input === null)
    return `the input has more than the ${String(services.limits.inputBytes)} bytes that are allowed`;
  try {
    const version = { id: job.agentVersionId, tenantId, definition: job.definition };
    const definition = await versionDefinition(services, version);
    const input = parseJson(job.input);
    await checkInput(services, definition, { tenantId, input, path: 'input' });
    return undefined;
  } catch (error) {
    if (error instanceof RefusedError)
      return error.problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
    if (error instanceof AppError && !isPassingFault(error) && !error.isRetryable)
      return error.message;
    services.log.error({ err: error, tenantId, jobId: job.jobId }, 'an input could not be checked');
    return null;
  }
}

const maxDetailChars = 2_000;

/** As a worker would: the job is taken up and ends at once, so that nobody else does anything with it. */
async function fail(services: Needs, job: EnqueuedJob, fault: string): Promise<void> {
  const { tenantId, jobId } = job;
  const epoch = await takeUp(onPool(services.database.pool), job);
  // Somebody has cancelled or paused it meanwhile.
  if (epoch === undefined) return;
  const { problem } = workflowError('validation', fault.slice(0, maxDetailChars));
  await services.queue.finish({ tenantId, jobId, epoch }, {}, { state: 'FAILED', error: problem });
}
