/** A bounded table that keeps the keys that come most often. */
export interface TopTable<T> {
  readonly size: number;
  /** What belongs to a key, made if the key may have a place; undefined: it is counted with the others. */
  take(key: string, weight: number): T | undefined;
  entries(): Iterable<readonly [string, T]>;
  /** Weighs all anew and lets go of those that weigh nothing. */
  reweigh(weightOf: (entry: T) => number): void;
}

interface TopTableOptions<T> {
  readonly max: number;
  readonly make: (key: string) => T;
  /** Its place is taken: what it has counted goes to the others. */
  readonly onLeave: (entry: T) => void;
}

interface Weighed<T> {
  readonly entry: T;
  weight: number;
}

/** Keys that wait for a place are counted exactly; who did not come again among as many others is forgotten. */
const maxWaiting = 1_000;

/**
 * Places go to whoever comes first, and from then on to a key that has come twice as often as the rarest that has one.
 * Keys that come once each, however many, move nobody and cost no memory. Of two rare keys neither pushes the other
 * to and fro, as either would have to double first.
 */
export function createTopTable<T>({ max, make, onLeave }: TopTableOptions<T>): TopTable<T> {
  const inside = new Map<string, Weighed<T>>();
  const waiting = new Map<string, number>();
  // No entry weighs less: weights only grow between two looks at all of them.
  let leastWeight = 0;

  const enter = (key: string, weight: number): T => {
    const entry = make(key);
    inside.set(key, { entry, weight });
    return entry;
  };
  const wait = (key: string, weight: number): void => {
    waiting.delete(key);
    waiting.set(key, weight);
    const [oldest] = waiting.size > maxWaiting ? waiting.keys() : [];
    if (oldest !== undefined) waiting.delete(oldest);
  };
  const challenge = (key: string, weight: number): T | undefined => {
    if (weight < 2 * leastWeight) return undefined;
    const found = rarestOf(inside);
    leastWeight = found?.[1].weight ?? 0;
    if (found === undefined || weight < 2 * leastWeight) return undefined;
    const [leaving, { entry, weight: left }] = found;
    inside.delete(leaving);
    onLeave(entry);
    waiting.delete(key);
    wait(leaving, left);
    return enter(key, weight);
  };

  return {
    get size() {
      return inside.size;
    },
    take: (key, weight) => {
      const known = inside.get(key);
      if (known !== undefined) {
        known.weight += weight;
        return known.entry;
      }
      if (inside.size < max) return enter(key, weight);
      const total = (waiting.get(key) ?? 0) + weight;
      const entry = challenge(key, total);
      if (entry === undefined) wait(key, total);
      return entry;
    },
    *entries() {
      for (const [key, { entry }] of inside) yield [key, entry] as const;
    },
    reweigh: (weightOf) => {
      for (const [key, weighed] of inside) {
        weighed.weight = weightOf(weighed.entry);
        if (weighed.weight === 0) inside.delete(key);
      }
      leastWeight = 0;
    },
  };
}

function rarestOf<T>(
  inside: ReadonlyMap<string, Weighed<T>>,
): readonly [string, Weighed<T>] | undefined {
  let found: readonly [string, Weighed<T>] | undefined;
  for (const one of inside) if (found === undefined || one[1].weight < found[1].weight) found = one;
  return found;
}
