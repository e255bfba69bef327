import { SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createHeldSpans, type EndedSpan } from './held-spans.ts';
import type { KeptTraces } from './kept-traces.ts';
import { logForNobody } from './log-context.ts';

interface TailOptions {
  /** Sends what is kept. */
  readonly next: SpanProcessor;
  readonly slowMs: number;
  /** How others are told, and tell; undefined: there are none. */
  readonly shared: KeptTraces | undefined;
}

/** How often a process that holds spans asks what others have kept, milliseconds. */
const askMs = 500;

/** Keeps traces that the sampler has not kept if a span of theirs fails or is slow, in whichever process. */
export function tailRule({ next, slowMs, shared }: TailOptions): SpanProcessor {
  const held = createHeldSpans<ReadableSpan>({
    ...{ slowMs, read: readSpan },
    send: (span) => next.onEnd(asSampled(span)),
    onKept: (traceId) => shared?.tell(traceId),
  });
  const ask = async (): Promise<void> => {
    if (shared === undefined || held.size === 0) return;
    const kept = await shared.read().catch(() => []);
    for (const traceId of kept) held.keep(traceId);
  };
  const timer = logForNobody(() => setInterval(() => void ask(), askMs));
  timer.unref();
  return {
    onStart: (span, context) => next.onStart(span, context),
    onEnd(span) {
      const isSampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
      if (isSampled) next.onEnd(span);
      else held.add(span);
    },
    forceFlush: () => next.forceFlush(),
    async shutdown() {
      clearInterval(timer);
      await ask();
      shared?.[Symbol.dispose]();
      await next.shutdown();
    },
  };
}

function readSpan(span: ReadableSpan): EndedSpan {
  const [seconds, nanoseconds] = span.duration;
  return {
    traceId: span.spanContext().traceId,
    isFailed: span.status.code === SpanStatusCode.ERROR,
    durationMs: seconds * 1_000 + nanoseconds / 1_000_000,
  };
}

/** What sends spans leaves out those that were not sampled: this one is, in the end. */
function asSampled(span: ReadableSpan): ReadableSpan {
  const context = { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED };
  return Object.create(span, { spanContext: { value: () => context } }) as ReadableSpan;
}
