import type { Queue } from '../queue/queue.ts';
import { JobLeft } from './leaving.ts';
import type { Run } from './run-job.ts';

export interface LeaseKeeperOptions {
  readonly queue: Pick<Queue, 'heartbeat'>;
  readonly leaseMs: number;
  /** Runs of this process by job id. */
  readonly runs: ReadonlyMap<string, Run>;
}

/** Prolongs the leases of the runs; stops those that lost theirs, and passes on the wish to pause. */
export async function keepLeases({ queue, leaseMs, runs }: LeaseKeeperOptions): Promise<void> {
  const asked = [...runs.values()];
  if (asked.length === 0) return;
  const askedAt = performance.now();
  try {
    const { lost, pausing } = await queue.heartbeat({ held: asked.map(({ job }) => job), leaseMs });
    const gone = new Set(lost);
    const paused = new Set(pausing);
    for (const run of asked) {
      if (gone.has(run.job.jobId)) run.controller.abort(new JobLeft('another holder has the job'));
      else run.lease.prolong(askedAt);
      run.lease.isPausing = paused.has(run.job.jobId);
    }
  } finally {
    for (const run of asked) {
      if (run.lease.hasEnded())
        run.controller.abort(new JobLeft('the lease could not be prolonged'));
    }
  }
}
