import { z } from 'zod';

import type { Batch } from '../../prisma/_generated/client.ts';
import { AppError } from '../../kernel/errors.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { addToBatch, loadBatch, openBatch } from './batch.ts';
import { submitAll } from './submission.ts';
import type { Submission } from './submission.ts';

const maxJobs = 10_000;
/** Jobs that are checked and committed before the next ones are looked at, so that others come in between. */
const chunkSize = 250;

const bulkInput = z.strictObject({
  jobs: z.array(z.unknown()).min(1).max(maxJobs),
  batchId: z.uuid().nullish(),
});

/** What became of many submissions: one answer each, in order, and the batch that those make which were taken. */
export interface BulkSubmission {
  readonly batch: Batch;
  readonly results: readonly (Submission | AppError)[];
}

/** Queues many jobs as a batch, or adds them to one. A refused one does not hold back the others. */
export async function submitJobs(context: VerbContext, input: unknown): Promise<BulkSubmission> {
  await permit(context, 'JOBS_SUBMIT', 'job.submit');
  const { jobs, batchId } = parse(bulkInput, input);
  const batch = await openBatch(context, { batchId: batchId ?? undefined, count: jobs.length });
  const candidates = jobs.map((job, index) => ({ input: job, path: String(index) }));
  const results: (Submission | AppError)[] = [];
  for (let from = 0; from < candidates.length; from += chunkSize) {
    const chunk = await submitAll(context, candidates.slice(from, from + chunkSize));
    const jobIds = chunk.flatMap((result) => (result instanceof AppError ? [] : [result.jobId]));
    await addToBatch(context, batch.id, { jobIds, refused: chunk.length - jobIds.length });
    results.push(...chunk);
  }
  return { batch: (await loadBatch(context, batch.id)) ?? batch, results };
}
