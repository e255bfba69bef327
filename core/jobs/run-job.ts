import { z } from 'zod';

import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { submitJob } from './submit-job.ts';
import type { Submission } from './submission.ts';
import { untilOver } from './until-over.ts';

const defaultTimeoutMs = 30_000;
const runInput = z.strictObject({
  job: z.unknown(),
  timeoutMs: z.int().min(1).max(60_000).nullish(),
});

/** Submits a job and waits for its end, the deadline, or the caller to leave; the job goes on in any case. */
export async function runJob(
  context: VerbContext,
  input: unknown,
  signal: AbortSignal,
): Promise<Submission> {
  await permit(context, 'JOBS_SUBMIT', 'job.submit');
  const { job, timeoutMs } = parse(runInput, input);
  const submission = await submitJob(context, job, 'input.job');
  const deadline = AbortSignal.timeout(timeoutMs ?? defaultTimeoutMs);
  await untilOver(context, submission.jobId, AbortSignal.any([signal, deadline]));
  return submission;
}
