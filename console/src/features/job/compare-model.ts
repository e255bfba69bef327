import type { Step } from './timeline-model.ts';

/** A step of two jobs; one of the sides may lack it. */
export interface StepPair {
  readonly key: string;
  readonly name: string;
  readonly left: Step | undefined;
  readonly right: Step | undefined;
  readonly differs: { readonly state: boolean; readonly output: boolean };
  /** How much longer it took on the right; undefined where either has not ended. */
  readonly longerMs: number | undefined;
}

/** Steps side by side by their keys: in the order of the left, each that it lacks behind the one it follows on the right. */
export function pairsOf(left: readonly Step[], right: readonly Step[]): readonly StepPair[] {
  const others = new Map(right.map((step) => [step.key, step]));
  const known = new Set(left.map(({ key }) => key));
  const pairs: StepPair[] = left.map((step) => pairOf(step, others.get(step.key)));
  let before = -1;
  for (const step of right) {
    if (known.has(step.key)) {
      before = pairs.findIndex(({ key }) => key === step.key);
      continue;
    }
    before += 1;
    pairs.splice(before, 0, pairOf(undefined, step));
  }
  return pairs;
}

export function tookMs({ startedAt, finishedAt }: Step): number | undefined {
  return finishedAt === null ? undefined : Date.parse(finishedAt) - Date.parse(startedAt);
}

export function isDifferent({ left, right, differs }: StepPair): boolean {
  return left === undefined || right === undefined || differs.state || differs.output;
}

function pairOf(left: Step | undefined, right: Step | undefined): StepPair {
  const { key = '', name = '' } = left ?? right ?? {};
  const sides = { key, name, left, right };
  if (left === undefined || right === undefined)
    return { ...sides, differs: { state: false, output: false }, longerMs: undefined };
  const [one, other] = [tookMs(left), tookMs(right)];
  return {
    ...sides,
    differs: {
      state: left.state !== right.state,
      output: JSON.stringify(left.output) !== JSON.stringify(right.output),
    },
    longerMs: one === undefined || other === undefined ? undefined : other - one,
  };
}
