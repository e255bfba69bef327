import type { TraceHeaders, Tracing } from '../kernel/tracing.ts';
import type { ClaimedJob } from '../queue/claim.ts';
import type { PerformCall } from './outside.ts';

/** Puts spans around runs of jobs and the calls they make. */
export interface JobTracing {
  run(job: ClaimedJob, work: () => Promise<void>): Promise<void>;
  readonly perform: PerformCall;
}

/**
 * A span for each run, in the trace that the job was submitted in, and one for each outside call below it. Names are those of
 * the semantic conventions of OpenTelemetry for messaging.
 */
export function traceJobs(perform: PerformCall, tracing: Tracing | undefined): JobTracing {
  if (tracing === undefined) return { perform, run: (_, work) => work() };
  const running = new Map<string, TraceHeaders>();
  const traced: PerformCall = (request, effect, site) =>
    tracing.within(
      `call ${request.kind}`,
      {
        kind: 'client',
        parent: running.get(site.jobId),
        attributes: { 'operandi.job': site.jobId, 'operandi.task': effect.task },
      },
      () => perform(request, effect, site),
    );
  return {
    run: ({ jobId, tenantId, epoch, agentId, traceparent }, work) =>
      tracing.within(
        'job',
        {
          kind: 'consumer',
          parent: traceparent === undefined ? undefined : { traceparent },
          attributes: {
            'messaging.system': 'operandi',
            'messaging.operation.type': 'process',
            'messaging.operation.name': 'run',
            'messaging.destination.name': agentId,
            'messaging.message.id': jobId,
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
    perform: Object.assign(traced, { leave: perform.leave }),
  };
}
