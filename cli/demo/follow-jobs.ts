import type { Client } from '../../sdk/src/index.ts';
import type { ProgressLine } from '../output.ts';
import type { SubmittedInvoice } from './submit-invoices.ts';

const final: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD']);

/** Follows every job by subscription until it ends, showing how far they are. */
export async function followJobs(
  client: Client,
  invoices: readonly SubmittedInvoice[],
  { line, signal }: { readonly line: ProgressLine; readonly signal: AbortSignal },
): Promise<void> {
  const jobs = invoices.flatMap(({ jobId }) => (jobId === undefined ? [] : [jobId]));
  let events = 0;
  let ended = 0;
  const follow = async (jobId: string): Promise<void> => {
    let state = '';
    for await (const event of client.watch(jobId, { signal })) {
      events += 1;
      ({ state } = event.job);
      if (final.has(state)) break;
      line.show(`${ended}/${jobs.length} jobs ended, ${events} events`);
    }
    ended += 1;
    line.show(`${ended}/${jobs.length} jobs ended, ${events} events`);
    if (!final.has(state)) throw new Error(`the stream of job ${jobId} ended in state ${state}`);
  };
  await Promise.all(jobs.map(follow));
  line.end();
}
