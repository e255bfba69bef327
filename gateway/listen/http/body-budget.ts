import { AppError } from '../../../kernel/errors.ts';
import { createShares } from '../../admit/shares.ts';

/** How much of bodies may be on its way at once, bytes. */
export interface BodyBudgetLimits {
  readonly maxBodiesBytes: number;
  readonly maxBodiesBytesPerCaller: number;
}

/** The part of one body. */
export interface BodyShare extends Disposable {
  /** Counts bytes that have come; throws RATE_LIMITED or UNAVAILABLE when they are too many. */
  take(bytes: number): void;
}

/** Bytes of all bodies that are being received: what has come is counted, not what was announced. */
export interface BodyBudget {
  open(caller: string): BodyShare;
}

const retryAfterMs = 1_000;

export function createBodyBudget(limits: BodyBudgetLimits): BodyBudget {
  const { maxBodiesBytes: total, maxBodiesBytesPerCaller: perOwner } = limits;
  const shares = createShares({ total, perOwner });
  return {
    open(caller) {
      let taken = 0;
      return {
        take(bytes) {
          const obstacle = shares.take(caller, bytes);
          if (obstacle === undefined) taken += bytes;
          else throw refusal(obstacle);
        },
        [Symbol.dispose]() {
          shares.give(caller, taken);
          taken = 0;
        },
      };
    },
  };
}

function refusal(obstacle: 'total' | 'owner'): AppError {
  return obstacle === 'owner'
    ? new AppError('RATE_LIMITED', 'too many bytes of requests on their way', { retryAfterMs })
    : new AppError('UNAVAILABLE', 'too many requests are being received', { retryAfterMs });
}
