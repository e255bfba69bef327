import type { Chore } from './every.ts';

/** How long chores that throw old data away have not come to an end of it. */
export interface RetentionLag {
  /** Seconds since the one that is most behind last left nothing; about its interval where none is. */
  readonly seconds: number;
  /** The same chore, watched if it is one of these: their names begin with `forget-`. */
  readonly watched: (chore: Chore) => Chore;
}

/** Begins as if all had just been done. */
export function createRetentionLag(now: () => number = () => performance.now()): RetentionLag {
  const doneAt = new Map<string, number>();
  return {
    get seconds() {
      return (now() - Math.min(now(), ...doneAt.values())) / 1_000;
    },
    watched(chore) {
      if (!chore.name.startsWith('forget-')) return chore;
      doneAt.set(chore.name, now());
      const turn = async (): Promise<boolean> => {
        const hasMore = await chore.turn();
        if (!hasMore) doneAt.set(chore.name, now());
        return hasMore;
      };
      return { ...chore, turn };
    },
  };
}
