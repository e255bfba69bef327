import { AsyncLocalStorage } from 'node:async_hooks';
import { logContext, noteInLogs } from './log-context.ts';
import { readTraceparent } from './traceparent.ts';

/** The span that work goes on in. */
export interface CurrentTrace {
  readonly traceId: string;
  readonly spanId: string;
  /** Whether a collector is going to have it. */
  readonly isSampled: boolean;
  /** Name the span as the parent of what others do for it (W3C Trace Context). */
  readonly headers: Readonly<Record<string, string>>;
  /** Says more about the span. */
  set(attributes: SpanAttributes): void;
}

/** What a span is about; values that are undefined are left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

const traces = new AsyncLocalStorage<CurrentTrace>();

/** The span that the caller's work goes on in; undefined where nothing is traced. */
export function currentTrace(): CurrentTrace | undefined {
  return traces.getStore();
}

/** Runs the work in a span. */
export function runInTrace<T>(span: Pick<CurrentTrace, 'headers' | 'set'>, work: () => T): T {
  const { headers } = span;
  const named = readTraceparent(headers['traceparent']);
  if (named === undefined) return work();
  const { traceId, spanId, flags } = named;
  // What is logged of the same work outside of the span, such as its end, belongs to its trace.
  if (logContext().trace_id === undefined) noteInLogs({ trace_id: traceId });
  const set = (attributes: SpanAttributes): void => span.set(attributes);
  return traces.run({ traceId, spanId, isSampled: (flags & 1) === 1, headers, set }, work);
}
