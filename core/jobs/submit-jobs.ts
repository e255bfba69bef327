import { z } from 'zod';

import type { AppError } from '../../kernel/errors.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { submitAll } from './submission.ts';
import type { Submission } from './submission.ts';

const maxJobs = 1_000;
const bulkInput = z.strictObject({ jobs: z.array(z.unknown()).min(1).max(maxJobs) });

/** Queues many jobs; one answer each, in order. */
export async function submitJobs(
  context: VerbContext,
  input: unknown,
): Promise<readonly (Submission | AppError)[]> {
  await permit(context, 'JOBS_SUBMIT', 'job.submit');
  const { jobs } = parse(bulkInput, input);
  return await submitAll(
    context,
    jobs.map((job, index) => ({ input: job, path: String(index) })),
  );
}
