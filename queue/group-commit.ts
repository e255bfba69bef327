import { createBatcher, type Batcher, type BatcherOptions } from '../kernel/batcher.ts';
import { isPassingFault } from '../kernel/database/faults.ts';
import type { AppError } from '../kernel/errors.ts';
import { sleep } from '../kernel/retry/sleep.ts';

/** Writes many members by one statement; results in the order of the members. */
export type Flush<In, Out> = (members: readonly In[]) => Promise<readonly (Out | AppError)[]>;

/** Pauses between tries of a statement the database could not take, milliseconds. */
const pausesMs = [50, 100, 200, 400, 800];
const maxMembers = 256;

/** A batcher over a statement that survives restarts of the database. */
export function groupCommit<In, Out>(
  flush: Flush<In, Out>,
  options: Pick<
    BatcherOptions<In, Out>,
    'ownerOf' | 'sizeOf' | 'parallel' | 'crowd' | 'maxBytesShared'
  >,
): Batcher<In, Out> {
  return createBatcher<In, Out>({ flush: persisting(flush), maxItems: maxMembers, ...options });
}

/** Tries again while the database is away. The statement must be safe to repeat after an unseen commit. */
export function persisting<In, Out>(flush: Flush<In, Out>): Flush<In, Out> {
  return async (members) => {
    for (const pauseMs of pausesMs) {
      try {
        return await flush(members);
      } catch (error) {
        if (!isPassingFault(error)) throw error;
        await sleep(pauseMs);
      }
    }
    return flush(members);
  };
}
