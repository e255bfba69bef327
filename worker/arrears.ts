import type { Chore } from './every.ts';

/** How long chores that throw old data away have not come to an end of it. */
export interface Arrears {
  /** Seconds since the chore that is most behind last left nothing; its interval where none is. */
  readonly seconds: number;
  /** The same chore, watched. */
  watched(chore: Chore): Chore;
}

/** Begins as if all had just been done. */
export function createArrears(now: () => number = () => performance.now()): Arrears {
  const doneAt = new Map<string, number>();
  return {
    get seconds() {
      return (now() - Math.min(now(), ...doneAt.values())) / 1_000;
    },
    watched(chore) {
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
