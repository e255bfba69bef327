/** The span that a `traceparent` names (W3C Trace Context, section 3.2). */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  /** Bit 0: it is sampled. */
  readonly flags: number;
}

// Version ff and ids of zeros only are forbidden; later versions may append fields after the flags.
const form =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

/** Undefined where the text names none. */
export function readTraceparent(text: string | null | undefined): TraceParent | undefined {
  const [, traceId, spanId, flags] = form.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}
