import { outlast } from '../kernel/database/outlast.ts';
import type { Doorbell } from '../kernel/doorbell/doorbell.ts';
import { isolating } from '../kernel/isolating.ts';
import type { Logger } from '../kernel/logger.ts';
import { mostClaimed } from '../queue/claim-statements.ts';
import { noHistory, type History } from '../queue/load-history.ts';
import type { Queue } from '../queue/queue.ts';
import { jittered } from './every.ts';
import type { ParkedRuns } from './parked-runs.ts';
import type { StartRun } from './runs.ts';
import { createSlots, type Share } from './slots.ts';

export interface ClaimLoopOptions {
  readonly queue: Pick<Queue, 'claim' | 'loadHistories'>;
  readonly doorbell: Doorbell;
  readonly log: Logger;
  readonly owner: string;
  /** Jobs of one tenant at once; among the others there is room for as many again. */
  readonly concurrency: number;
  readonly leaseMs: number;
  /** Longest wait between two looks into the database, about. */
  readonly pollMs: number;
  /** True takes quarantined jobs only. */
  readonly isQuarantine: boolean;
  readonly start: StartRun;
  readonly parked: Pick<ParkedRuns, 'take'>;
}

/** Claims what the free slots have room for, whenever the bell rings, slots get free or the poll time is over. */
export async function claimUntil(signal: AbortSignal, options: ClaimLoopOptions): Promise<void> {
  const { doorbell, concurrency, isQuarantine } = options;
  const alarm = createAlarm();
  const slots = createSlots({
    count: isQuarantine ? concurrency : 2 * concurrency,
    ring: alarm.ring,
  });
  const stopListening = doorbell.listen('jobs.ready', alarm.ring);
  signal.addEventListener('abort', alarm.ring, { once: true });
  try {
    while (!signal.aborted) {
      const share = slots.share();
      const started = share.limit === 0 ? [] : await claimBatch(options, share);
      for (const { tenantId, run } of started) slots.take(tenantId, run);
      if (started.length === 0 || started.length < Math.min(share.limit, mostClaimed))
        await alarm.wait(jittered(options.pollMs));
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', alarm.ring);
  }
}

interface Started {
  readonly tenantId: string;
  readonly run: Promise<void>;
}

async function claimBatch(options: ClaimLoopOptions, share: Share): Promise<readonly Started[]> {
  const { queue, log, owner, leaseMs, isQuarantine, start, parked } = options;
  try {
    const askedAt = performance.now();
    const jobs = await queue.claim({ ...share, owner, leaseMs, isQuarantine });
    const kept = new Map(jobs.map((job) => [job.jobId, parked.take(job)]));
    const isKept = new Set(jobs.map(({ jobId }) => jobId).filter((id) => kept.get(id)));
    // A job whose history cannot be read fails alone.
    const loadAll = isolating(async (ids: readonly string[]) => {
      const byJob = await outlast(
        () => queue.loadHistories(ids, isKept),
        () => performance.now() - askedAt < leaseMs,
      );
      return ids.map((id) => byJob.get(id) ?? noHistory);
    });
    const known = jobs.filter(({ hasHistory }) => hasHistory).map(({ jobId }) => jobId);
    const histories = loadAll(known);
    return jobs.map((job) => {
      const history = histories.then((found) => historyIn(found[known.indexOf(job.jobId)]));
      return {
        tenantId: job.tenantId,
        run: start(job, { history, kept: kept.get(job.jobId) }, askedAt),
      };
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
