import type { Job } from '../../kernel/database/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { tailJobEvents } from '../../queue/tail-events.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { ringOrPoll } from '../ring-or-poll.ts';
import { eventChannel } from './channels.ts';
import { seqAfter } from './job-event.ts';
import type { JobEvent } from './job-event.ts';
import { loadJobs } from './load-jobs.ts';
import { isOver } from './names.ts';

const batchSize = 100;
const pollMs = 1_000;

interface Wanted {
  readonly jobId: string;
  readonly after?: string | null | undefined;
  readonly signal: AbortSignal;
}

/**
 * Events of a job: what follows the cursor, then live, by their gap-free number, so none is left out or told twice.
 * Ends when the job is over and all is told, or when the signal aborts.
 */
export async function tailJob(
  context: VerbContext,
  { jobId, after, signal }: Wanted,
): Promise<AsyncGenerator<JobEvent, void, undefined>> {
  await permit(context, 'JOBS_READ');
  const afterSeq = seqAfter(context.actor.tenantId, jobId, after);
  await loadJob(context, jobId);
  return follow(context, { jobId, afterSeq, signal });
}

interface Place {
  readonly jobId: string;
  readonly afterSeq: number;
  readonly signal: AbortSignal;
}

async function* follow(
  context: VerbContext,
  { jobId, afterSeq, signal }: Place,
): AsyncGenerator<JobEvent, void, undefined> {
  const { database, doorbell, actor } = context;
  const { tenantId } = actor;
  using rings = ringOrPoll({ doorbell, channel: eventChannel(tenantId), pollMs, signal });
  let seq = afterSeq;
  let isCurious = true;
  while (!signal.aborted) {
    // Read before the events: if it is over by then, the batch that follows has the last one.
    const job = isCurious ? await loadJob(context, jobId) : undefined;
    const wanted = { tenantId, jobId, afterSeq: seq, limit: batchSize };
    const events = await tailJobEvents(database.pool, wanted);
    for (const event of events) {
      seq = event.seq;
      yield event;
    }
    if (job !== undefined && isOver(job.state) && seq >= job.eventSeq) return;
    isCurious = events.length > 0;
    if (!isCurious) await rings.next();
  }
}

async function loadJob(context: VerbContext, jobId: string): Promise<Job> {
  const job = (await loadJobs(context, [jobId])).get(jobId);
  if (job === undefined) throw new NotFoundError('Job', jobId);
  return job;
}
