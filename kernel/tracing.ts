import { createRequire } from 'node:module';
import {
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type * as Exporter from '@opentelemetry/exporter-trace-otlp-http';
import type * as Resources from '@opentelemetry/resources';
import type * as Sdk from '@opentelemetry/sdk-trace-node';
import type { TelemetrySettings } from './config/telemetry-variables.ts';
import { runInTrace, type SpanAttributes } from './current-trace.ts';
import { openKeptTraces } from './kept-traces.ts';
import type { Logger } from './logger.ts';
import { collectorUrl, partFrom, resourceOf } from './collector.ts';
import { createSampler, recordingAll } from './sampler.ts';
import { tailRule } from './tail-rule.ts';
import { readTraceparent } from './traceparent.ts';

/** How long spans wait for others before they are sent, milliseconds, and how many wait at most: a kept trace comes at once. */
const scheduledDelayMillis = 1_000;
const maxQueueSize = 20_000;

/** Headers that carry a trace from process to process (W3C Trace Context), lower case. */
export type TraceHeaders = Readonly<Record<string, string>>;

/** How a span begins. */
export interface SpanOptions {
  /** `server` answers somebody, `client` asks somebody, `consumer` takes up what was left for it, `internal` is none of these. @default internal */
  readonly kind?: 'server' | 'client' | 'consumer' | 'internal';
  /** Headers that may name the span above; without it a new trace begins. */
  readonly parent?: TraceHeaders | undefined;
  readonly attributes?: SpanAttributes;
}

/** One timed piece of work. */
export interface ActiveSpan {
  /** Names this span as the parent of what other processes, or other spans, do for it. */
  readonly headers: TraceHeaders;
  /** With `error.type` it counts as failed. */
  set(attributes: SpanAttributes): void;
  /** Ends it; with a failure in words it counts as failed. */
  end(failure?: string): void;
}

/** Spans of this process on their way to a collector; disposing sends what is left. */
export interface Tracing extends AsyncDisposable {
  start(name: string, options?: SpanOptions): ActiveSpan;
  /** Runs the work inside a span that ends with it, failed if it throws. */
  within<T>(name: string, options: SpanOptions, work: (span: ActiveSpan) => Promise<T>): Promise<T>;
}

interface TracingOptions {
  /** Without an endpoint, the base URL of a collector that speaks OTLP over HTTP, there is no tracing at all. */
  readonly settings: Omit<TelemetrySettings, 'sendsLogs'>;
  /** Name of the process among others, e.g. `gateway`. */
  readonly service: string;
  /** Where processes tell each other which traces they keep; undefined: each decides alone. */
  readonly redisUrl?: string | undefined;
  readonly log: Logger;
}

/** Runs the work inside a span that ends with it, failed if it throws; what it does finds the span as `currentTrace`. */
export async function runWithin<T>(
  span: ActiveSpan,
  work: (span: ActiveSpan) => Promise<T>,
): Promise<T> {
  try {
    const result = await runInTrace(span, () => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(error instanceof Error ? error.name : 'failed');
    throw error;
  }
}

/** Tracing, if there is a collector. Nothing is registered globally: whoever traces is handed the result. */
export function startTracing({
  settings,
  service,
  redisUrl,
  log,
}: TracingOptions): Tracing | undefined {
  const { endpoint, slowMs } = settings;
  if (endpoint === undefined) return undefined;
  const { exporters, resources, sdk } = loadSdk();
  const exporter = new exporters.OTLPTraceExporter({ url: collectorUrl(endpoint, 'traces') });
  const batches = new sdk.BatchSpanProcessor(exporter, { scheduledDelayMillis, maxQueueSize });
  const openShared = () => (redisUrl === undefined ? undefined : openKeptTraces(redisUrl, log));
  const sampler = createSampler(sdk, settings);
  const provider = new sdk.NodeTracerProvider({
    resource: resourceOf(resources, service),
    ...(slowMs === undefined
      ? { sampler, spanProcessors: [batches] }
      : {
          sampler: recordingAll(sdk, sampler),
          spanProcessors: [tailRule({ next: batches, slowMs, shared: openShared() })],
        }),
  });
  const tracer = provider.getTracer('operandi');
  const start = (name: string, options: SpanOptions = {}): ActiveSpan => {
    const { kind = 'internal', parent, attributes = {} } = options;
    const above = parent === undefined ? undefined : readParent(parent);
    const within = above === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, above);
    return wrap(
      tracer.startSpan(name, { kind: kinds[kind], attributes: present(attributes) }, within),
    );
  };
  return {
    start,
    within: (name, options, work) => runWithin(start(name, options), work),
    [Symbol.asyncDispose]: () => partFrom(provider.shutdown()),
  };
}

/** Three hundred modules, of which a process without a collector needs none. */
function loadSdk() {
  const load = createRequire(import.meta.url);
  return {
    exporters: load('@opentelemetry/exporter-trace-otlp-http') as typeof Exporter,
    resources: load('@opentelemetry/resources') as typeof Resources,
    sdk: load('@opentelemetry/sdk-trace-node') as typeof Sdk,
  };
}

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

function wrap(span: Span): ActiveSpan {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const flags = traceFlags.toString(16).padStart(2, '0');
  const state = traceState?.serialize();
  return {
    headers: {
      traceparent: `00-${traceId}-${spanId}-${flags}`,
      ...(state !== undefined && state !== '' && { tracestate: state }),
    },
    set(attributes) {
      span.setAttributes(present(attributes));
      const { 'error.type': failure } = attributes;
      if (failure !== undefined)
        span.setStatus({ code: SpanStatusCode.ERROR, message: String(failure) });
    },
    end: (failure) => {
      if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
      span.end();
    },
  };
}

function readParent(headers: TraceHeaders): SpanContext | undefined {
  const named = readTraceparent(headers['traceparent']);
  if (named === undefined) return undefined;
  const { traceId, spanId, flags } = named;
  const state = headers['tracestate'];
  return {
    traceId,
    spanId,
    traceFlags: flags,
    isRemote: true,
    ...(state !== undefined && { traceState: createTraceState(state) }),
  };
}

function present(attributes: SpanAttributes): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
