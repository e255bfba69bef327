/** Random choices that are the same for equal seeds on every machine. */
export interface Random {
  /** At least 0 and less than 1. */
  readonly next: () => number;
  readonly chance: (percent: number) => boolean;
  /** At least `from`, at most `to`. */
  readonly between: (from: number, to: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  /** Those items that a chance takes, at least `least` of them. */
  readonly some: <T>(items: readonly T[], percent: number, least?: number) => T[];
}

/** mulberry32: small, fast and the same everywhere. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const chance = (percent: number): boolean => next() * 100 < percent;
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new Error('Nothing to pick from');
    return item;
  };
  return {
    next,
    chance,
    pick,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    some: (items, percent, least = 0) => {
      const chosen = items.filter(() => chance(percent));
      const rest = items.filter((item) => !chosen.includes(item));
      while (chosen.length < least && rest.length > 0) {
        const item = pick(rest);
        chosen.push(item);
        rest.splice(rest.indexOf(item), 1);
      }
      return chosen;
    },
  };
}

/** Random choices of their own for everything that has a name: leaving one thing out changes no other. */
export function randomFor(seed: number, name: string): Random {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return createRandom(hash);
}
