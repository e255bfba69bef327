import type { TraceHeaders, Tracing } from '../kernel/tracing.ts';
import type { ClaimedJob } from '../queue/claim.ts';
import type { PerformCall } from './outside.ts';

/** Puts spans around runs of jobs and the calls they make. */
export interface JobTracing {
  run(job: ClaimedJob, work: () => Promise<void>): Promise<void>;
  readonly perform: PerformCall;
}

/** A span for each run, and one for each outside call below it. */
export function traceJobs(perform: PerformCall, tracing: Tracing | undefined): JobTracing {
  if (tracing === undefined) return { perform, run: (_, work) => work() };
  const running = new Map<string, TraceHeaders>();
  return {
    run: ({ jobId, tenantId, epoch }, work) =>
      tracing.within(
        'job',
        {
          attributes: {
            'operandi.job': jobId,
            'operandi.tenant': tenantId,
            'operandi.epoch': epoch,
          },
        },
        async ({ headers }) => {
          running.set(jobId, headers);
          await work();
          if (running.get(jobId) === headers) running.delete(jobId);
        },
      ),
    perform: (request, effect, site) =>
      tracing.within(
        `call ${request.kind}`,
        {
          kind: 'client',
          parent: running.get(site.jobId),
          attributes: { 'operandi.job': site.jobId, 'operandi.task': effect.task },
        },
        () => perform(request, effect, site),
      ),
  };
}
