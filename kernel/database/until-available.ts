import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { constantBackoff } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { mapDatabaseFault, reasonOf } from './faults.ts';

/** Between two looks for a database that is away at the start, milliseconds. */
const WAIT_STEP_MS = 2_000;

/** How a process that starts waits for its database. */
export interface Patience {
  /** After so long it gives up, milliseconds. @default 0, at the first fault */
  readonly databaseWaitMs?: number | undefined;
  readonly log: Logger;
  readonly signal?: AbortSignal | undefined;
}

/** Does what a start needs of the database, again while that is away, slow or outdated; throws UNAVAILABLE after the wait. */
export async function untilAvailable<T>(
  work: () => Promise<T>,
  { databaseWaitMs = 0, log, signal }: Patience,
): Promise<T> {
  const endsAt = performance.now() + databaseWaitMs;
  try {
    return await retry(work, {
      backoff: constantBackoff(WAIT_STEP_MS),
      attempts: Infinity,
      ...(signal && { signal }),
      isRetryable: (error) => {
        const fault = mapDatabaseFault(error);
        const mayPass = fault instanceof AppError && fault.code === 'UNAVAILABLE';
        if (!mayPass || performance.now() >= endsAt) return false;
        log.warn({ reason: reasonOf(error) }, 'waiting for the database');
        return true;
      },
    });
  } catch (error) {
    throw mapDatabaseFault(error);
  }
}
