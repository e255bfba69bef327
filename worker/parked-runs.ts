import { getHeapStatistics } from 'node:v8';
import { LRUCache } from 'lru-cache';
import type { JournalEntry } from '../engine/journal.ts';
import type { ParkedRun } from '../engine/run.ts';
import type { ClaimedJob } from '../queue/claim.ts';
import type { Told } from '../queue/load-history.ts';

/** What this process still has of a job that it parked. */
export interface KeptRun {
  /** In which it was parked. */
  readonly epoch: number;
  readonly run: ParkedRun;
  /** The whole journal. */
  readonly entries: readonly JournalEntry[];
  readonly told: Told;
}

/**
 * Runs that wait, so that the next answer costs what it brings and not what the job has done so far. A run that is not
 * here, of another process or from before a crash, is replayed; nothing depends on whether it is.
 */
export interface ParkedRuns {
  keep(jobId: string, run: KeptRun): void;
  /** Gives out the run of a job that was just claimed, once, unless somebody has moved the job since it was parked. */
  take(job: Pick<ClaimedJob, 'jobId' | 'epoch'>): KeptRun | undefined;
  readonly size: number;
}

export interface ParkedRunsOptions {
  /** Bytes of all together, about. @default 64 MiB */
  readonly maxBytes?: number;
  /** Which part of the heap that this process may have is in use, from 0 to 1. */
  readonly heapInUse?: () => number;
}

const defaultMaxBytes = 67_108_864;
/** Beyond this part of the heap memory is worth more than what replays cost. */
const fullHeap = 0.7;
/** Of a result beside its bytes. */
const bytesPerEntry = 256;

/** None is kept yet. */
export function createParkedRuns(options: ParkedRunsOptions = {}): ParkedRuns {
  const { maxBytes = defaultMaxBytes, heapInUse = shareOfHeap } = options;
  const runs = new LRUCache<string, KeptRun>({
    maxSize: maxBytes,
    sizeCalculation: ({ run, entries }) => run.bytes + bytesPerEntry * entries.length,
  });
  return {
    get size() {
      return runs.size;
    },
    keep(jobId, run) {
      if (heapInUse() > fullHeap) runs.clear();
      else runs.set(jobId, run);
    },
    // Every claim, pause, cancellation and redrive counts the epoch up: one more than at the park is this claim alone.
    take({ jobId, epoch }) {
      const kept = runs.get(jobId);
      runs.delete(jobId);
      return kept?.epoch === epoch - 1 ? kept : undefined;
    },
  };
}

function shareOfHeap(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return used / limit;
}
