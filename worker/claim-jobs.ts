import { outlast } from '../kernel/database/outlast.ts';
import type { Doorbell } from '../kernel/doorbell/doorbell.ts';
import { isolating } from '../kernel/isolating.ts';
import type { Logger } from '../kernel/logger.ts';
import { noHistory, type History } from '../queue/load-history.ts';
import type { Queue } from '../queue/queue.ts';
import { jittered } from './every.ts';
import type { StartRun } from './runs.ts';
import { createSlots } from './slots.ts';

export interface ClaimLoopOptions {
  readonly queue: Pick<Queue, 'claim' | 'loadHistories'>;
  readonly doorbell: Doorbell;
  readonly log: Logger;
  readonly owner: string;
  /** Jobs at once. */
  readonly concurrency: number;
  readonly leaseMs: number;
  /** Longest wait between two looks into the database, about. */
  readonly pollMs: number;
  /** True takes quarantined jobs only. */
  readonly isQuarantine: boolean;
  readonly start: StartRun;
}

/** Claims as many jobs as there are free slots, whenever the bell rings, slots get free or the poll time is over. */
export async function claimUntil(signal: AbortSignal, options: ClaimLoopOptions): Promise<void> {
  const { doorbell, concurrency } = options;
  const alarm = createAlarm();
  const slots = createSlots({ count: concurrency, ring: alarm.ring });
  const stopListening = doorbell.listen('jobs.ready', alarm.ring);
  signal.addEventListener('abort', alarm.ring, { once: true });
  try {
    while (!signal.aborted) {
      const { free } = slots;
      const started = free === 0 ? [] : await claimBatch(options, free);
      for (const run of started) slots.take(run);
      if (started.length === 0 || started.length < free) await alarm.wait(jittered(options.pollMs));
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', alarm.ring);
  }
}

async function claimBatch(
  options: ClaimLoopOptions,
  limit: number,
): Promise<readonly Promise<void>[]> {
  const { queue, log, owner, leaseMs, isQuarantine, start } = options;
  try {
    const askedAt = performance.now();
    const jobs = await queue.claim({ owner, limit, leaseMs, isQuarantine });
    // A job whose history cannot be read fails alone.
    const loadAll = isolating(async (ids: readonly string[]) => {
      const byJob = await outlast(
        () => queue.loadHistories(ids),
        () => performance.now() - askedAt < leaseMs,
      );
      return ids.map((id) => byJob.get(id) ?? noHistory);
    });
    const known = jobs.filter(({ hasHistory }) => hasHistory).map(({ jobId }) => jobId);
    const histories = loadAll(known);
    return jobs.map((job) => {
      const history = histories.then((found) => historyIn(found[known.indexOf(job.jobId)]));
      return start(job, history, askedAt);
    });
  } catch (error) {
    log.warn({ err: error }, 'could not claim jobs');
    return [];
  }
}

function historyIn(found: History | Error | undefined): History {
  if (found instanceof Error) throw found;
  return found ?? noHistory;
}

interface Alarm {
  readonly ring: () => void;
  /** Resolves at the next ring, at once if it rang since the last wait, or after `ms`. */
  wait(ms: number): Promise<void>;
}

function createAlarm(): Alarm {
  let isRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      isRung = true;
      wake?.();
    },
    async wait(ms) {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = undefined;
      isRung = false;
    },
  };
}
