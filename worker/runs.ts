import { atWork } from '../kernel/last-net.ts';
import { runInLogContext } from '../kernel/log-context.ts';
import type { ClaimedJob } from '../queue/claim.ts';
import type { History } from '../queue/load-history.ts';
import { createLease } from './lease.ts';
import type { JobObserver } from './queue-watch.ts';
import type { KeptRun } from './parked-runs.ts';
import { runJob, type Run, type RunServices } from './run-job.ts';
import type { JobTracing } from './trace-jobs.ts';

/** Runs a job that was claimed at the monotonic time `askedAt`; resolves when it stops, never rejects. */
export type StartRun = (job: ClaimedJob, past: Past, askedAt: number) => Promise<void>;

/** What is known of a job from before. */
export interface Past {
  readonly history: Promise<History>;
  /** What this process still has of it. */
  readonly kept: KeptRun | undefined;
}

/** The jobs under way in this process. */
export interface Runs {
  readonly byJobId: ReadonlyMap<string, Run>;
  /** True when there has been one run at a time for a while: what it writes takes nothing from others. */
  readonly isAlone: () => boolean;
  readonly start: StartRun;
  /** Stops all that are under way. */
  abort(reason: Error): void;
  /** Resolves when none is under way. */
  ended(): Promise<void>;
}

/** For so long the company of others counts, milliseconds: small jobs come and go beside a large one. */
const companyMs = 2_000;

/** No runs yet. */
export function createRuns(
  given: Omit<RunServices, 'isAlone'> & {
    readonly trace: Pick<JobTracing, 'run'>;
    readonly observer?: Pick<JobObserver, 'began'> | undefined;
  },
  leaseMs: number,
): Runs {
  let companyAt = performance.now() - companyMs;
  const isAlone = (): boolean => endings.size <= 1 && performance.now() - companyAt >= companyMs;
  const services = { ...given, isAlone };
  const byJobId = new Map<string, Run>();
  const endings = new Map<Run, Promise<void>>();

  async function carryOut(run: Run): Promise<void> {
    const { jobId, tenantId } = run.job;
    const work = (): Promise<void> => services.trace.run(run.job, () => runJob(services, run));
    await atWork.run(jobId, () => runInLogContext({ jobId, tenantId }, work));
    endings.delete(run);
    if (endings.size > 0) companyAt = performance.now();
    if (byJobId.get(run.job.jobId) === run) byJobId.delete(run.job.jobId);
  }

  return {
    byJobId,
    isAlone,
    start(job, past, askedAt) {
      const lease = createLease(leaseMs, askedAt);
      const receivedAt = performance.now();
      const controller = new AbortController();
      const run: Run = { job, ...past, lease, receivedAt, controller };
      byJobId.set(job.jobId, run);
      given.observer?.began(job);
      if (endings.size > 0) companyAt = performance.now();
      const ending = carryOut(run);
      endings.set(run, ending);
      return ending;
    },
    abort(reason) {
      for (const run of endings.keys()) run.controller.abort(reason);
    },
    async ended() {
      await Promise.all(endings.values());
    },
  };
}
