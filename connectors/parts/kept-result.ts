import { z } from 'zod';

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CallContext, CallResult } from '../connector.ts';
import type { Egress } from '../egress/egress.ts';
import { canonical } from './canonical.ts';
import { cacheOf } from './cache-settings.ts';
import { connectionOf, type Limits } from './limits.ts';

/** The part `cache` of an operation that only reads, of a kind whose systems say nothing of how long answers are good. */
export const keepingSchema = z.strictObject({
  /** How long its result is used again. */
  seconds: z.int().min(1).max(31_536_000),
});

interface ReadOnly {
  readonly egress: Egress;
  /** Absent: nothing is kept. */
  readonly keeping: z.infer<typeof keepingSchema> | undefined;
  readonly operation: string;
  readonly values: JsonObject;
  readonly limits: Limits;
  readonly context: CallContext;
}

/** The result of an operation that only reads, or that of an equal call before. */
export async function keptResult(
  { egress, keeping, operation, values, limits, context }: ReadOnly,
  work: (context: CallContext) => Promise<CallResult>,
): Promise<CallResult> {
  if (keeping === undefined) return await work(context);
  const { seconds } = keeping;
  const rule = cacheOf({ heuristic: false }, operation, context);
  if (rule === 'BYPASS') {
    if (context.trace !== undefined) context.trace.cache = 'BYPASS';
    return await work(context);
  }
  const startedAt = performance.now();
  let own: CallResult | undefined;
  const { trace, isPatient = false, timeoutMs = null } = context;
  const { value, attempts } = await egress.read(
    connectionOf(limits, context),
    {
      ...{ rule, seconds, trace, bounds: `${String(isPatient)} ${String(timeoutMs)}` },
      question: `${operation}\n${canonical(values)}`,
    },
    {
      signal: context.signal,
      async work(signal) {
        own = await work({ ...context, signal });
        const { value: result, status = null } = own;
        return { value: { result, status }, attempts: own.attempts };
      },
    },
  );
  const durationMs = Math.round(performance.now() - startedAt);
  return own ?? { ...readOf(value), attempts, durationMs, batch: undefined };
}

/** What was kept of a result. */
function readOf(value: JsonValue): Pick<CallResult, 'value' | 'status'> {
  const { result = null, status = null } = isJsonObject(value) ? value : {};
  return { value: result, status: typeof status === 'number' ? status : undefined };
}
