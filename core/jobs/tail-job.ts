import DataLoader from 'dataloader';

import type { Job } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { isolating } from '../../kernel/isolating.ts';
import { tailJobEvents } from '../../queue/tail-events.ts';
import type { JobPlace } from '../../queue/tail-events.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { ringOrPoll } from '../ring-or-poll.ts';
import { eventChannel } from './channels.ts';
import { seqAfter } from './job-event.ts';
import type { JobEvent } from './job-event.ts';
import { loadJobs } from './load-jobs.ts';
import { isOver } from './names.ts';
import { shownEvents } from './sensitive/shown-rows.ts';

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
  const afterSeq = await seqAfter(context, jobId, after);
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
  const channel = eventChannel(context.actor.tenantId);
  using rings = ringOrPoll(context, { channel, pollMs, signal });
  let seq = afterSeq;
  let isCurious = true;
  while (!signal.aborted) {
    // All who watch a job of the tenant and reach the same look at the same beat, and with the same two statements.
    const loaders = rings.share('job loaders', () => loadersOf(context));
    // Read before the events: if it is over by then, the batch that follows has the last one.
    const job = isCurious ? found(jobId, await loaders.jobs.load(jobId)) : undefined;
    const events = await loaders.events.load({ jobId, afterSeq: seq });
    for (const event of await shownEvents(context, events)) {
      seq = event.seq;
      yield event;
    }
    if (job !== undefined && isOver(job.state) && seq >= job.eventSeq) return;
    isCurious = events.length > 0;
    if (!isCurious) await rings.next();
  }
}

interface Loaders {
  readonly jobs: DataLoader<string, Job | undefined>;
  readonly events: DataLoader<JobPlace, readonly JobEvent[], string>;
}

/** Jobs that one statement looks at. */
const maxJobs = 100;

function loadersOf(context: VerbContext): Loaders {
  const { tenantId } = context.actor;
  return {
    // Never kept: whether a job is over has to be known as of now.
    jobs: new DataLoader(
      isolating(async (ids: readonly string[]) => {
        const rows = await loadJobs(context, [...new Set(ids)]);
        return ids.map((id) => rows.get(id));
      }),
      { cache: false },
    ),
    events: new DataLoader(
      isolating((places: readonly JobPlace[]) =>
        tailJobEvents(context.database.pool, { tenantId, places, limit: batchSize }),
      ),
      {
        maxBatchSize: maxJobs,
        cacheKeyFn: ({ jobId, afterSeq }) => `${jobId} ${String(afterSeq)}`,
      },
    ),
  };
}

async function loadJob(context: VerbContext, jobId: string): Promise<Job> {
  return found(jobId, (await loadJobs(context, [jobId])).get(jobId));
}

function found(jobId: string, job: Job | undefined): Job {
  if (job === undefined) throw new NotFoundError('Job', jobId);
  return job;
}
