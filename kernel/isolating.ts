import { concernsAll } from './database/faults.ts';

/** Does the work of many at once: answers in the order of the members; an error is the answer of its own member. */
export type Batch<In, Out> = (members: readonly In[]) => Promise<readonly (Out | Error)[]>;

/**
 * Halves a batch that fails until the member at fault stands alone and is the only one to fail. For members of one owner:
 * those of many go through a batcher.
 * @param mayBlameOne whether a fault may be that of one member. @default unless the whole database is away
 */
export function isolating<In, Out>(
  batch: Batch<In, Out>,
  mayBlameOne: (error: unknown) => boolean = (error) => !concernsAll(error),
): Batch<In, Out> {
  return async function attempt(members): Promise<readonly (Out | Error)[]> {
    try {
      return await batch(members);
    } catch (error) {
      if (members.length <= 1 || !mayBlameOne(error)) return members.map(() => asError(error));
      const middle = members.length >> 1;
      return [
        ...(await attempt(members.slice(0, middle))),
        ...(await attempt(members.slice(middle))),
      ];
    }
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('a batch failed', { cause: error });
}
