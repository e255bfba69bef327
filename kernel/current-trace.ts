import { AsyncLocalStorage } from 'node:async_hooks';

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
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;

/** The span that the caller's work goes on in; undefined where nothing is traced. */
export function currentTrace(): CurrentTrace | undefined {
  return traces.getStore();
}

/** Runs the work in a span. */
export function runInTrace<T>(span: Pick<CurrentTrace, 'headers' | 'set'>, work: () => T): T {
  const trace = readTrace(span.headers);
  if (trace === undefined) return work();
  return traces.run({ ...trace, headers: span.headers, set: (more) => span.set(more) }, work);
}

/** Id of the trace that a `traceparent` names; null for none. */
export function traceIdOf(parent: string | null): string | null {
  return readTrace({ traceparent: parent ?? '' })?.traceId ?? null;
}

function readTrace(
  headers: CurrentTrace['headers'],
): Pick<CurrentTrace, 'traceId' | 'spanId' | 'isSampled'> | undefined {
  const [, traceId, spanId, flags] = traceparent.exec(headers['traceparent'] ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
