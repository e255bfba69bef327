import { AppError } from '../../kernel/errors.ts';
import type { SubgraphContext } from './context.ts';
import { perRequest } from './per-request.ts';

/** What one request may ask for, whatever names it gives to its fields. */
export interface RequestBudget {
  readonly most: number;
  /** In the plural, for the message. */
  readonly what: string;
}

/** What is left of the budget of a request. */
export interface RequestPurse {
  readonly left: number;
  /** Throws LIMIT_EXCEEDED for more than is left; what is refused is not counted, so that a smaller one may still pass. */
  spend(amount: number): void;
}

/** One purse for each request, and for each event of a subscription. */
export function requestBudget({
  most,
  what,
}: RequestBudget): (context: SubgraphContext) => RequestPurse {
  return perRequest(() => {
    let left = most;
    return {
      get left() {
        return left;
      },
      spend(amount) {
        if (amount > left)
          throw new AppError('LIMIT_EXCEEDED', `one request may ask for ${String(most)} ${what}`);
        left -= amount;
      },
    };
  });
}
