import {
  type ActiveSpan,
  runWithin,
  type SpanOptions,
  type Tracing,
} from '../../kernel/tracing.ts';

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
