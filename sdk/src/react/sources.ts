import type { JobEventFieldsFragment, JobFilter } from '../_generated/documents.ts';
import type { Approval, ApprovalWish } from '../approvals.ts';
import type { Client } from '../client.ts';
import type { LostStream } from '../follow.ts';
import { isOver, type Job } from '../jobs.ts';
import type { ListedJob } from '../steering.ts';
import type { LiveTools, Source } from './live.ts';

/** A job, and what has happened to it. */
export interface WatchedJob {
  /** Null when there is no such job. */
  readonly job: Job | null;
  /** Its events, in order; of more than a thousand the last. */
  readonly events: readonly JobEventFieldsFragment[];
}

const mostEvents = 1_000;
/** What happened between the first answer and the first moment of a stream is not told. */
const settleMs = 1_000;

export function jobSource(client: Client, id: string): Source<WatchedJob> {
  let events: readonly JobEventFieldsFragment[] = [];
  const read = async (signal: AbortSignal): Promise<WatchedJob> => ({
    job: await client.jobs.get(id, { signal }),
    events,
  });
  return {
    load: read,
    follow: async (tools) => {
      const { signal, value } = tools;
      if (value()?.job === null) return;
      const after = events.at(-1)?.cursor;
      for await (const event of client.watch(id, { signal, after, onReconnect: tools.lost })) {
        tools.alive();
        events = [...events, event].slice(-mostEvents);
        const job = value()?.job ?? null;
        tools.set({ job, events });
        // Events tell the state alone; output, error and times are read when it is another.
        if (job?.state !== event.job.state || isOver(event.job.state)) void tools.reload();
      }
      await tools.reload();
    },
  };
}

export function jobsSource(
  client: Client,
  { filter, limit }: { readonly filter: JobFilter; readonly limit: number },
): Source<readonly ListedJob[]> {
  return {
    load: (signal) =>
      client.jobs.list(filter, { signal, pageSize: Math.min(limit, 100) }).toArray(limit),
    follow: async (tools) => {
      const settled = reloadSoon(tools);
      try {
        const options = { signal: tools.signal, onReconnect: missed(tools) };
        for await (const { job } of client.jobs.changes(filter, options)) {
          tools.alive();
          const jobs = tools.value() ?? [];
          // Where the list depends on states, or the job is not in it, the platform says who is.
          if (filter.states !== undefined || !jobs.some(({ id }) => id === job.id))
            void tools.reload();
          tools.set(jobs.map((known) => (known.id === job.id ? { ...known, ...job } : known)));
        }
      } finally {
        clearTimeout(settled);
      }
    },
  };
}

export function approvalsSource(
  client: Client,
  {
    jobId,
    limit,
    ...wish
  }: ApprovalWish & { readonly jobId?: string | undefined; readonly limit: number },
): Source<readonly Approval[]> {
  return {
    load: async (signal) => {
      if (jobId !== undefined) return await client.approvals.ofJob(jobId, { signal });
      const pageSize = Math.min(limit, 100);
      return await client.approvals.list({ ...wish, signal, pageSize }).toArray(limit);
    },
    follow: async (tools) => {
      const settled = reloadSoon(tools);
      try {
        const options = { signal: tools.signal, onReconnect: missed(tools) };
        for await (const { approval } of client.approvals.watch(options)) {
          tools.alive();
          if (jobId === undefined || approval.job.id === jobId) void tools.reload();
        }
      } finally {
        clearTimeout(settled);
      }
    },
  };
}

function reloadSoon(tools: Pick<LiveTools<never>, 'reload'>): ReturnType<typeof setTimeout> {
  return setTimeout(() => void tools.reload(), settleMs);
}

/** Without a cursor what happens until the stream is back is not told. */
function missed(tools: Pick<LiveTools<never>, 'reload' | 'lost'>) {
  return (stream: LostStream): void => {
    tools.lost(stream);
    if (stream.after === undefined) setTimeout(() => void tools.reload(), stream.waitMs + settleMs);
  };
}
