import type { Connection } from './connection.ts';
import { type Answer, withRetries } from './retries.ts';
import type { CallTrace } from './trace.ts';

/** What the stages of a call go by. */
export interface Stages {
  readonly connection: Connection;
  readonly isHarmless: boolean;
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly trace: CallTrace | undefined;
}

/** Tries the work while that is harmless and promising, each time through the places and the breaker of the connection. */
export function throughStages<T extends Answer>(
  { connection, isHarmless, deadlineAt, signal, random, trace }: Stages,
  work: () => Promise<T>,
): Promise<{ readonly answer: T; readonly attempts: number }> {
  const { policy, budget, bulkhead, breaker } = connection;
  const { maxAttempts } = policy.limits;
  return withRetries(
    { isRepeatable: isHarmless, maxAttempts, budget, signal, deadlineAt, random, trace },
    async () => {
      trace?.enter('place');
      try {
        return await bulkhead.run(() => {
          trace?.enter('pause');
          return breaker.run(work, { signal, deadlineAt });
        }, signal);
      } finally {
        if (trace !== undefined) trace.breaker = breaker.state;
      }
    },
  );
}
