/** What of a span the rule goes by. */
export interface EndedSpan {
  readonly traceId: string;
  readonly isFailed: boolean;
  readonly durationMs: number;
}

interface HeldSpansOptions<Span> {
  /** From which time on a span is slow, milliseconds. */
  readonly slowMs: number;
  readonly read: (span: Span) => EndedSpan;
  /** Sends a span of a trace that is kept. */
  readonly send: (span: Span) => void;
  /** Told of a trace that this process has decided to keep. */
  readonly onKept?: (traceId: string) => void;
  /** Most spans that are held, the oldest traces leave first. @default 20_000 */
  readonly maxSpans?: number;
  /** Most traces of which it is remembered that they are kept. @default 20_000 */
  readonly maxKept?: number;
}

/** Spans of traces of which nobody has decided yet to keep them. */
export interface HeldSpans<Span> {
  readonly size: number;
  add(span: Span): void;
  /** Sends what is held of a trace, and all that will come of it: another process has decided to keep it. */
  keep(traceId: string): void;
}

/**
 * Holds spans that no sampler has kept: one that failed or was slow makes the whole trace kept, what came before and what
 * comes after. There is no end of a trace to wait for, as a job goes on days later: what is held leaves when there is no room.
 */
export function createHeldSpans<Span>(options: HeldSpansOptions<Span>): HeldSpans<Span> {
  const { slowMs, read, send, onKept, maxSpans = 20_000, maxKept = 20_000 } = options;
  // Both are asked by id and left in the order of their beginning.
  const held = new Map<string, Span[]>();
  const kept = new Set<string>();
  let size = 0;

  function drop(traceId: string): readonly Span[] {
    const spans = held.get(traceId) ?? [];
    held.delete(traceId);
    size -= spans.length;
    return spans;
  }

  function keep(traceId: string): void {
    kept.delete(traceId);
    kept.add(traceId);
    if (kept.size > maxKept) kept.delete(oldestOf(kept));
    drop(traceId).forEach(send);
  }

  function hold(traceId: string, span: Span): void {
    const spans = held.get(traceId);
    if (spans === undefined) held.set(traceId, [span]);
    else spans.push(span);
    size += 1;
    while (size > maxSpans) drop(oldestOf(held.keys()));
  }

  return {
    get size() {
      return size;
    },
    add(span) {
      const { traceId, isFailed, durationMs } = read(span);
      if (kept.has(traceId)) {
        send(span);
        return;
      }
      hold(traceId, span);
      if (!isFailed && durationMs < slowMs) return;
      keep(traceId);
      onKept?.(traceId);
    },
    keep,
  };
}

function oldestOf(ids: Iterable<string>): string {
  const [oldest = ''] = ids;
  return oldest;
}
