import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  type IBreaker,
  SamplingBreaker,
} from 'cockatiel';

import { IntegrationError } from '../errors.ts';

export const breakerStates = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const;

export type BreakerState = (typeof breakerStates)[number];

/** Stops calling a system that fails, and lets one probe through when the pause is over. */
export interface Breaker {
  run<T extends { readonly status: number }>(
    work: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T>;
  readonly state: BreakerState;
}

export interface BreakerOptions {
  /** Failures in a row that open it. @default 8 */
  readonly consecutive?: number;
  /** First pause; it doubles up to a minute while probes fail. @default 2000 */
  readonly pauseMs?: number;
}

const maxPauseMs = 60_000;

export function createBreaker(name: string, options: BreakerOptions = {}): Breaker {
  const pauseMs = options.pauseMs ?? 2000;
  const policy = circuitBreaker(handleWhen(isPeerFault).orWhenResult(isServerFault), {
    halfOpenAfter: new ExponentialBackoff({ initialDelay: pauseMs, maxDelay: maxPauseMs }),
    // Few calls: failures in a row. Many calls: half of them within ten seconds.
    breaker: either(
      new ConsecutiveBreaker(options.consecutive ?? 8),
      new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 3 }),
    ),
  });
  return {
    async run(work, signal) {
      try {
        return await policy.execute(work, signal);
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        throw new IntegrationError(`${name} fails repeatedly; calls to it are paused`, {
          isRetryable: true,
          retryAfterMs: pauseMs,
          attempts: 0,
        });
      }
    },
    get state() {
      return stateName(policy.state);
    },
  };
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
