/** A stretch of time that one step, or the job itself between steps, is the reason of. Milliseconds since 1970. */
export interface Stretch {
  readonly key: string;
  /** Null for the job itself. */
  readonly task: string | null;
  readonly name: string | null;
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  /** How much of it the step waited. */
  readonly waitedMs: number;
}

/** Stretches one after another, from the beginning of the job on. */
export interface Chain {
  /** The longest of them, in order. */
  readonly longest: readonly Stretch[];
  readonly count: number;
  /** Up to when it tells where the time went. */
  readonly until: number;
}

/** Stretches that a chain keeps; of the others it knows only how many they are. */
const keptStretches = 100;

/** A chain that begins with the job. */
export function beginChain(at: number): Chain {
  return { longest: [], count: 0, until: at };
}

/** What takes no time is counted only. */
export function extendChain({ longest, count }: Chain, stretch: Stretch): Chain {
  const took = stretch.to > stretch.from;
  return {
    longest: took ? trim([...longest, stretch]) : longest,
    count: count + 1,
    until: stretch.to,
  };
}

/** The shortest goes; of equal ones the latest, so that what is decided once stays so. */
function trim(stretches: readonly Stretch[]): readonly Stretch[] {
  if (stretches.length <= keptStretches) return stretches;
  let shortest = 0;
  for (const [index, stretch] of stretches.entries())
    if (lengthOf(stretch) <= lengthOf(stretches[shortest])) shortest = index;
  return stretches.toSpliced(shortest, 1);
}

function lengthOf(stretch: Stretch | undefined): number {
  return stretch === undefined ? 0 : stretch.to - stretch.from;
}
