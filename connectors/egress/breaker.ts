import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type IBackoff,
  type IBreaker,
  SamplingBreaker,
} from 'cockatiel';

import { sleep } from '../../kernel/retry/sleep.ts';
import { IntegrationError } from '../errors.ts';

export const breakerStates = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const;

export type BreakerState = (typeof breakerStates)[number];

/** Stops calling a system that fails, and lets one probe through when the pause is over. */
export interface Breaker {
  /** Waits for the end of a pause that ends in time; of one that does not, tells what the system failed with last. */
  run<T extends { readonly status: number }>(work: () => Promise<T>, turn: Turn): Promise<T>;
  readonly state: BreakerState;
}

/** How long a call may wait. */
export interface Turn {
  readonly signal: AbortSignal;
  /** Monotonic end of the call, milliseconds; `Infinity` for one that waits for the end of any pause. */
  readonly deadlineAt: number;
}

export interface BreakerOptions {
  /** Failures in a row that open it. @default 8 */
  readonly consecutive?: number;
  /** First pause; it doubles up to a minute while probes fail. @default 2000 */
  readonly pauseMs?: number;
}

const maxPauseMs = 60_000;
/** The library counts the pause by another clock. */
const spareMs = 5;

/** What the system failed with last. */
interface Fault {
  readonly message: string;
  readonly status: number | undefined;
  readonly cause?: unknown;
}

export function createBreaker(name: string, options: BreakerOptions = {}): Breaker {
  let last: Fault = { message: `${name} failed`, status: undefined };
  let pausedUntil = 0;
  // Asked for the next pause when it opens.
  const pause = (duration: number): IBackoff<unknown> => {
    pausedUntil = performance.now() + duration;
    return { duration, next: () => pause(Math.min(2 * duration, maxPauseMs)) };
  };
  const policy = circuitBreaker(handleWhen(isPeerFault).orWhenResult(isServerFault), {
    halfOpenAfter: { next: () => pause(options.pauseMs ?? 2000) },
    // Few calls: failures in a row. Many calls: half of them within ten seconds.
    breaker: either(
      new ConsecutiveBreaker(options.consecutive ?? 8),
      new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 3 }),
    ),
  });
  policy.onFailure(({ handled, reason }) => {
    if (!handled) return;
    last = 'error' in reason ? faultOf(reason.error) : answeredWith(name, reason.value);
  });
  return {
    async run(work, { signal, deadlineAt }) {
      for (;;) {
        try {
          return await policy.execute(work, signal);
        } catch (error) {
          if (!(error instanceof BrokenCircuitError)) throw error;
          const now = performance.now();
          const waitMs = Math.max(0, pausedUntil - now) + spareMs;
          if (now + waitMs >= deadlineAt) throw paused(last, waitMs);
          await sleep(waitMs, signal);
        }
      }
    },
    get state() {
      return stateName(policy.state);
    },
  };
}

// Only an `IntegrationError` is a fault of the peer.
function faultOf(error: unknown): Fault {
  if (!(error instanceof IntegrationError)) return { message: String(error), status: undefined };
  return { message: error.message, status: error.status, cause: error };
}

function answeredWith(name: string, answer: unknown): Fault {
  const status =
    typeof answer === 'object' && answer !== null && 'status' in answer
      ? Number(answer.status)
      : undefined;
  return { message: `${name} answered with status ${String(status)}`, status };
}

function paused({ message, status, cause }: Fault, retryAfterMs: number): IntegrationError {
  const text = `${message}; it fails repeatedly and calls to it are paused`;
  return new IntegrationError(text, {
    status,
    isRetryable: true,
    retryAfterMs: Math.ceil(retryAfterMs),
    attempts: 0,
    cause,
  });
}

// Refused addresses, bad arguments and cancellations say nothing about the health of the other side.
function isPeerFault(error: unknown): boolean {
  return error instanceof IntegrationError;
}

function isServerFault(response: unknown): boolean {
  return (
    typeof response === 'object' &&
    response !== null &&
    'status' in response &&
    Number(response.status) >= 500
  );
}

function stateName(state: CircuitState): BreakerState {
  if (state === CircuitState.HalfOpen) return 'HALF_OPEN';
  return state === CircuitState.Closed ? 'CLOSED' : 'OPEN';
}

function either(...breakers: readonly IBreaker[]): IBreaker {
  return {
    state: undefined,
    success(state) {
      for (const breaker of breakers) breaker.success(state);
    },
    failure(state) {
      return breakers.map((breaker) => breaker.failure(state)).some(Boolean);
    },
  };
}
