import { createRandom } from '../../integration/gateway-differential/random.ts';

/** Ways in which things fail. */
export const faultKinds = [
  'kill',
  'freeze',
  'crash-database',
  'reset-connections',
  'silence-connections',
  'kill-redis',
  'flush-redis',
  'same-key-burst',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Something that fails at a time after the start. */
export interface Fault {
  readonly atMs: number;
  readonly kind: FaultKind;
  /** Which of several is meant: at least 0, less than 1. */
  readonly which: number;
}

const killEveryMs = 1_000;
const otherEveryMs = 3_000;

/** A worker dies every second; between that all other faults come in turn, in an order that the seed says. */
export function scheduleFaults(seed: number, seconds: number): readonly Fault[] {
  const { next } = createRandom(seed);
  const faults: Fault[] = [];
  for (let atMs = killEveryMs; atMs <= seconds * 1_000; atMs += killEveryMs)
    faults.push({ atMs, kind: 'kill', which: next() });
  let deck: FaultKind[] = [];
  for (let atMs = otherEveryMs / 2; atMs <= seconds * 1_000; atMs += otherEveryMs) {
    if (deck.length === 0) deck = shuffled(faultKinds.slice(1), next);
    const kind = deck.pop();
    if (kind !== undefined) faults.push({ atMs, kind, which: next() });
  }
  return faults.sort((one, other) => one.atMs - other.atMs);
}

function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const keyed = items.map((item) => ({ item, key: next() }));
  return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item);
}
