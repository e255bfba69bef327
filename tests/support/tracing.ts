import type { TelemetrySettings } from '../../kernel/config/telemetry-variables.ts';
import {
  type ActiveSpan,
  runWithin,
  type SpanOptions,
  startTracing,
  type Tracing,
} from '../../kernel/tracing.ts';
import { silentLog } from './log.ts';

/** Tracing of a process of that name to a collector, all of it unless the settings say otherwise. */
export function tracingTo(
  endpoint: string | undefined,
  service: string,
  more: Partial<TelemetrySettings> = {},
): Tracing | undefined {
  const all = { sampler: 'parentbased_always_on', ratio: 1, slowMs: undefined } as const;
  return startTracing({ settings: { ...all, endpoint, ...more }, service, log: silentLog });
}

/** A span as the code under test made it. */
export interface RecordedSpan {
  readonly name: string;
  readonly options: SpanOptions;
  /** What tells it from others, in the headers for those below. */
  readonly headers: { readonly traceparent: string };
  readonly attributes: Record<string, unknown>;
  failure: string | undefined;
  isEnded: boolean;
}

/** Tracing that keeps its spans. */
export function recordingTracing(): { readonly tracing: Tracing; readonly spans: RecordedSpan[] } {
  const spans: RecordedSpan[] = [];
  const start = (name: string, options: SpanOptions = {}): ActiveSpan => {
    const span: RecordedSpan = {
      name,
      options,
      headers: { traceparent: `span-${spans.length}` },
      attributes: { ...options.attributes },
      failure: undefined,
      isEnded: false,
    };
    spans.push(span);
    return {
      headers: span.headers,
      set: (attributes) => void Object.assign(span.attributes, attributes),
      end: (failure) => {
        span.failure = failure;
        span.isEnded = true;
      },
    };
  };
  return {
    spans,
    tracing: {
      start,
      within: (name, options, work) => runWithin(start(name, options), work),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
  };
}
