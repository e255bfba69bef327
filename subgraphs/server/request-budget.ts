import { AppError } from '../../kernel/errors.ts';
import type { SubgraphContext } from './context.ts';
import { perRequest } from './per-request.ts';

/** What one request may ask for, whatever names it gives to its fields. */
export interface RequestBudget {
  readonly most: number;
  /** In the plural, for the message. */
  readonly what: string;
}

/** Counts towards the budget of a request; throws LIMIT_EXCEEDED beyond it. */
export function requestBudget({ most, what }: RequestBudget): (context: SubgraphContext) => void {
  const countOf = perRequest(() => ({ count: 0 }));
  return (context) => {
    const spent = countOf(context);
    spent.count += 1;
    if (spent.count <= most) return;
    throw new AppError('LIMIT_EXCEEDED', `one request may ask for ${String(most)} ${what}`);
  };
}
