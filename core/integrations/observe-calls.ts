import type { CallTimes } from '../../connectors/egress/trace.ts';
import { IntegrationError } from '../../connectors/errors.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Metrics } from '../../kernel/telemetry.ts';

/** Makes a call to an outside system, and notes what came of it. */
export type ObserveCall = <T>(
  call: ObservedCall,
  work: () => Promise<T>,
  /** Says of an answer that it is a failure. @default none is */
  isFailure?: (result: T) => boolean,
) => Promise<T>;

/** A call, as far as it tells nothing of its tenant. */
export interface ObservedCall {
  /** Who makes it: an integration, or a task of a definition by itself. */
  readonly source: 'integration' | 'task';
  /** Kind of the connector or of the task. */
  readonly kind: string;
  readonly signal: AbortSignal;
}

const buckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Puts calls among the metrics of the process. */
export function observeCalls(metrics: Metrics): ObserveCall {
  const seconds = metrics.histogram({
    name: 'operandi_call_seconds',
    help: 'Time of each call to an outside system, its retries included, by who makes it, kind and outcome.',
    labels: ['source', 'kind', 'outcome'],
    buckets,
  });
  return async ({ source, kind, signal }, work, isFailure = () => false) => {
    const end = seconds.startTimer({ source, kind });
    try {
      const result = await work();
      end({ outcome: isFailure(result) ? 'FAILED' : 'SUCCEEDED' });
      return result;
    } catch (error) {
      end({ outcome: signal.aborted ? 'BROKEN_OFF' : outcomeOf(error) });
      throw error;
    }
  };
}

/** Notes where the time of a call went. */
export type ObserveStages = (times: CallTimes | null) => void;

const stageBuckets = [0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300];

/** Puts the stages of calls through integrations among the metrics of the process. */
export function observeStages(metrics: Metrics): ObserveStages {
  const seconds = metrics.histogram({
    name: 'operandi_call_stage_seconds',
    help: 'Time that calls of integrations spend in a stage on their way out, for those that come to it.',
    labels: ['stage'],
    buckets: stageBuckets,
  });
  return (times) => {
    for (const [stage, ms] of Object.entries(times ?? {})) seconds.observe({ stage }, ms / 1_000);
  };
}

/** Makes calls and notes nothing. */
export const unobserved: ObserveCall = (_call, work) => work();

const refusals: ReadonlySet<string> = new Set(['EGRESS_BLOCKED', 'RATE_LIMITED', 'BAD_USER_INPUT']);

// What was refused here never left the platform.
function outcomeOf(error: unknown): 'FAILED' | 'UNKNOWN' | 'REFUSED' {
  if (error instanceof IntegrationError) return error.isOutcomeUnknown ? 'UNKNOWN' : 'FAILED';
  return error instanceof AppError && refusals.has(error.code) ? 'REFUSED' : 'FAILED';
}
