import { runInLogContext } from '../kernel/log-context.ts';
import type { Logger } from '../kernel/logger.ts';
import type { PerformCall } from './outside.ts';

/** Calls of jobs, logged at level debug; what is logged on their way is said to be of the job, wherever it was asked for. */
export function logCalls(perform: PerformCall, log: Logger): PerformCall {
  const logged: PerformCall = (request, effect, site) => {
    const { jobId, tenantId } = site;
    const call = { kind: request.kind, task: effect.task };
    const work = async (): ReturnType<PerformCall> => {
      try {
        const result = await perform(request, effect, site);
        log.debug(call, 'a call was answered');
        return result;
      } catch (error) {
        log.debug({ ...call, failure: nameOf(error) }, 'a call failed');
        throw error;
      }
    };
    return runInLogContext({ jobId, tenantId }, work);
  };
  return Object.assign(logged, { leave: perform.leave });
}

// What it says may hold data of the job.
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'failed';
}
