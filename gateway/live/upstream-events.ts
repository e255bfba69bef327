import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import type { JsonValue } from '../../kernel/json.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { UpstreamSubscription } from '../operation.ts';
import type { ResumableSubscription } from './resumable.ts';
import { ClosedByOperation, UpstreamRefused } from './upstream-refused.ts';

/** Opens one upstream subscription. */
export type OpenUpstream = (
  upstream: UpstreamSubscription,
  signal: AbortSignal,
) => Promise<AsyncIterable<ExecutionResult>>;

interface EventStreamOptions {
  readonly open: OpenUpstream;
  /** Longest time without the subgraph, milliseconds. */
  readonly reconnectWithinMs: number;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Begin after this event instead of where the client said. */
  readonly cursor?: string;
}

/** An event with the cursor to go on after it. */
export interface UpstreamEvent {
  readonly result: ExecutionResult;
  readonly cursor: string | undefined;
}

/** How long a connection must have lived to count as one that works. */
const steadyMs = 5_000;

/**
 * The events of one upstream subscription. A broken connection is taken up again, after the last cursor where there is
 * one, until the subgraph was away for too long. Ends when the subgraph completes; throws UpstreamRefused when it refuses.
 */
export async function* upstreamEvents(
  subscription: ResumableSubscription,
  options: EventStreamOptions,
): AsyncGenerator<UpstreamEvent, void> {
  let { cursor } = options;
  const outage = new Outage(options.reconnectWithinMs);
  for (let attempt = 0; ; attempt += 1) {
    const began = performance.now();
    try {
      const upstream = cursor === undefined ? subscription.upstream : subscription.after(cursor);
      for await (const result of await options.open(upstream, options.signal)) {
        outage.end();
        attempt = failedAttempts(attempt, began);
        cursor = subscription.cursorOf(jsonData(result)) ?? cursor;
        yield { result, cursor };
      }
      return;
    } catch (error) {
      if (options.signal.aborted) return;
      outage.goOn(error);
      options.log.warn({ err: error, attempt }, 'subgraph subscription broke, subscribing again');
      await pause(attempt, options.signal);
    }
  }
}

/** The time without events since something broke. */
class Outage {
  readonly #withinMs: number;
  #since: number | undefined;
  #isCause = false;

  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  end(): void {
    this.#since = undefined;
    this.#isCause = false;
  }

  /** Throws when there is no use in subscribing again. */
  goOn(error: unknown): void {
    this.#since ??= performance.now();
    const isTooLong = performance.now() - this.#since > this.#withinMs;
    if (error instanceof UpstreamRefused || isTooLong) throw error;
    if (error instanceof ClosedByOperation && this.#isCause) throw error.toRefusal();
    this.#isCause = error instanceof ClosedByOperation;
  }
}

/** What breaks after each event is not well because there was one. */
function failedAttempts(attempt: number, began: number): number {
  return performance.now() - began > steadyMs ? 0 : attempt;
}

// What a subgraph sent as JSON is JSON.
function jsonData(result: ExecutionResult): JsonValue | undefined {
  return result.data as JsonValue | undefined;
}

async function pause(attempt: number, signal: AbortSignal): Promise<void> {
  const ceilingMs = Math.min(5_000, 100 * 2 ** Math.min(attempt, 6));
  await delay(randomInt(Math.ceil(ceilingMs / 2), ceilingMs + 1), undefined, { signal }).catch(
    () => undefined,
  );
}
