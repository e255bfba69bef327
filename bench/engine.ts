import { parseArgs } from 'node:util';
import { loadsOf, type Measures } from './engine/loads.ts';
import { earlierBuild, thisBuild, type Build } from './builds.ts';

/*
 * What the platform takes for long and big jobs, on this build and an earlier one by turns: builds take the same load one
 * right after the other, so that both meet the same machine. What counts are the ratios.
 */

const { values } = parseArgs({
  options: {
    baseline: { type: 'string', default: 'none' },
    share: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

await using stack = new AsyncDisposableStack();
const builds: readonly Build[] = [
  stack.use(thisBuild()),
  ...(values.baseline === 'none' ? [] : [stack.use(await earlierBuild(values.baseline))]),
];
const rounds = Number(values.rounds);
const loads = loadsOf(Number(values.share)).filter(({ name }) => name.includes(values.only));
const rows: Readonly<Record<string, string | number>>[] = [];
for (const load of loads) {
  const taken = new Map<Build, Measures[]>(builds.map((build) => [build, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const build of builds) taken.get(build)?.push(await load.measure(build));
  const own = rowsOf(load.name, [...taken.values()]);
  console.table(own);
  rows.push(...own);
}
console.table(rows);

function rowsOf(load: string, [ours = [], theirs = []]: readonly (readonly Measures[])[]) {
  return Object.keys(ours[0] ?? {}).map((measure) => {
    const mine = median(ours.map((each) => each[measure] ?? Number.NaN));
    const row = { load, measure, 'this build': mine.toFixed(2) };
    if (theirs.length === 0) return row;
    const before = median(theirs.map((each) => each[measure] ?? Number.NaN));
    return { ...row, earlier: before.toFixed(2), ratio: `${(before / mine).toFixed(1)} x` };
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}
