import type { JobBatchFieldsFragment, SubmitJobInput } from './_generated/documents.ts';
import { SubmitJobsOperation } from './_generated/operations.ts';
import type { CallOptions } from './calls.ts';
import type { Problem } from './errors.ts';
import { callsOver, given, type Transport } from './transport.ts';

/** Jobs that were submitted together, as they stand. */
export type JobBatch = JobBatchFieldsFragment;

/** What became of one job of many. */
export interface BatchResult {
  /** Its place among all, from 0. */
  readonly index: number;
  readonly batchId: string;
  /** Absent when it was refused. */
  readonly jobId?: string;
  /** Why it was refused; empty when it was not. */
  readonly problems: readonly Problem[];
}

/** How a batch is submitted; what is said of calls is of each request. */
export interface BatchOptions extends CallOptions {
  /** A batch to add to. @default a new one */
  readonly batchId?: string | undefined;
}

/** What one request takes: bytes of JSON and jobs. */
const maxBytes = 400_000;
const maxJobs = 1_000;

/**
 * Submits any number of jobs in requests of bounded size, and answers for each in order. Jobs without an idempotency key get a
 * random one, so that lost answers are asked for again safely.
 */
export async function* submitBatch(
  transport: Transport,
  jobs: Iterable<SubmitJobInput> | AsyncIterable<SubmitJobInput>,
  { batchId: known, ...options }: BatchOptions = {},
): AsyncGenerator<BatchResult, void> {
  let batchId = known;
  let index = 0;
  for await (const chunk of chunksOf(jobs)) {
    const input = { jobs: chunk, ...(batchId === undefined ? {} : { batchId }) };
    // A batch that does not exist yet would be made twice; its jobs would not.
    const sent = { ...options, isRepeatable: true };
    const { batch, results } = await callsOver(transport).mutate(SubmitJobsOperation, input, sent);
    batchId = given(batch).id;
    for (const { job, userErrors: problems } of results) {
      yield { index, batchId, ...(job === null ? {} : { jobId: job.id }), problems };
      index += 1;
    }
  }
}

async function* chunksOf(
  jobs: Iterable<SubmitJobInput> | AsyncIterable<SubmitJobInput>,
): AsyncGenerator<SubmitJobInput[], void> {
  let chunk: SubmitJobInput[] = [];
  let bytes = 0;
  for await (const job of jobs) {
    const keyed = { ...job, idempotencyKey: job.idempotencyKey ?? crypto.randomUUID() };
    const size = JSON.stringify(keyed).length;
    if (chunk.length > 0 && (bytes + size > maxBytes || chunk.length === maxJobs)) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(keyed);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
