import { createBatcher, type Batcher } from '../kernel/batcher.ts';
import type { AppError } from '../kernel/errors.ts';
import { sleep } from '../kernel/retry/sleep.ts';
import { isPassingFault } from '../kernel/database/outlast.ts';
import { asAppError, isDataFault } from './faults.ts';

/** Writes many members by one statement; results in the order of the members. */
export type Flush<In, Out> = (members: readonly In[]) => Promise<readonly (Out | AppError)[]>;

/** Pauses between tries of a statement the database could not take, milliseconds. */
const pausesMs = [50, 100, 200, 400, 800];
const maxMembers = 256;
/** Of one statement, bytes as `weigh` tells them: so much is parsed, planned and written in well under a second. */
const maxWeight = 4_194_304;

/** A batcher over a statement, which is cut by number and by weight: survives restarts of the database and keeps a bad member from spoiling the others. */
export function groupCommit<In, Out>(
  flush: Flush<In, Out>,
  parallel: number,
  weigh?: (member: In) => number,
): Batcher<In, Out> {
  return createBatcher<In, Out>({
    flush: isolating(persisting(flush)),
    maxItems: maxMembers,
    ...(weigh === undefined ? {} : { weigh, maxWeight }),
    parallel,
  });
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

/** Halves a refused batch until the member at fault stands alone and is the only one to fail. */
export function isolating<In, Out>(flush: Flush<In, Out>): Flush<In, Out> {
  return async function attempt(members): Promise<readonly (Out | AppError)[]> {
    try {
      return await flush(members);
    } catch (error) {
      if (members.length === 1 || !isDataFault(error)) return members.map(() => asAppError(error));
      const middle = members.length >> 1;
      return [
        ...(await attempt(members.slice(0, middle))),
        ...(await attempt(members.slice(middle))),
      ];
    }
  };
}
