import type { JobEventFieldsFragment } from './_generated/documents.ts';
import { WatchJobOperation } from './_generated/operations.ts';
import { follow, type FollowOptions } from './follow.ts';
import type { Transport } from './transport.ts';

/** How a job is watched; without `after` from its beginning. */
export type WatchOptions = FollowOptions;

/** Events of a job, each once and in order, until the job ends; lost connections are resumed by cursor. */
export async function* watchJob(
  transport: Transport,
  jobId: string,
  options: WatchOptions,
): AsyncGenerator<JobEventFieldsFragment, void> {
  let lastSeq = 0;
  const followed = {
    operation: WatchJobOperation,
    variables: { jobId },
    cursorOf: ({ jobEvents }: { readonly jobEvents: JobEventFieldsFragment }) => jobEvents.cursor,
  };
  for await (const { jobEvents } of follow(transport, followed, options)) {
    if (jobEvents.seq <= lastSeq) continue;
    lastSeq = jobEvents.seq;
    yield jobEvents;
  }
}
