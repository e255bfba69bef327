import { AsyncLocalStorage } from 'node:async_hooks';

/** The span that work goes on in. */
export interface CurrentTrace {
  readonly traceId: string;
  readonly spanId: string;
  /** Whether a collector is going to have it. */
  readonly isSampled: boolean;
  /** Name the span as the parent of what others do for it (W3C Trace Context). */
  readonly headers: Readonly<Record<string, string>>;
}

const traces = new AsyncLocalStorage<CurrentTrace>();
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;

/** The span that the caller's work goes on in; undefined where nothing is traced. */
export function currentTrace(): CurrentTrace | undefined {
  return traces.getStore();
}

/** Runs the work in the span that the headers name. */
export function runInTrace<T>(headers: CurrentTrace['headers'], work: () => T): T {
  const trace = readTrace(headers);
  return trace === undefined ? work() : traces.run(trace, work);
}

function readTrace(headers: CurrentTrace['headers']): CurrentTrace | undefined {
  const [, traceId, spanId, flags] = traceparent.exec(headers['traceparent'] ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceId, spanId, isSampled, headers };
}
