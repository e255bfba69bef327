import type { Connection } from './connection.ts';
import { type Answer, withRetries } from './retries.ts';

/** What the stages of a call go by. */
export interface Stages {
  readonly connection: Connection;
  readonly isHarmless: boolean;
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
  readonly random: () => number;
}

/** Tries the work while that is harmless and promising, each time through the places and the breaker of the connection. */
export function throughStages<T extends Answer>(
  { connection, isHarmless, deadlineAt, signal, random }: Stages,
  work: () => Promise<T>,
): Promise<{ readonly answer: T; readonly attempts: number }> {
  const { policy, budget, bulkhead, breaker } = connection;
  const { maxAttempts } = policy.limits;
  return withRetries(
    { isRepeatable: isHarmless, maxAttempts, budget, signal, deadlineAt, random },
    () => bulkhead.run(() => breaker.run(work, { signal, deadlineAt }), signal),
  );
}
