import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { earlierBuild, thisBuild, type Build } from './builds.ts';
import { demoMs } from './embedded/demo.ts';
import { noopsPerSecond, publishNoop, submitNoops, succeeded, untilIdle } from './embedded/jobs.ts';
import { startEmbedded } from './embedded/platform.ts';

/*
 * The embedded platform as a newcomer meets it, this build and an earlier one side by side: starting, the demo, jobs that do
 * nothing, memory, and whether an acknowledged job survives the end of all processes. The builds take turns.
 */

const { values } = parseArgs({
  options: {
    baseline: { type: 'string', default: 'none' },
    rounds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '300' },
  },
});

type Figures = Readonly<Record<string, number>>;

await using stack = new AsyncDisposableStack();
const builds: readonly Build[] = [
  stack.use(thisBuild()),
  ...(values.baseline === 'none' ? [] : [stack.use(await earlierBuild(values.baseline))]),
];
const found = new Map<string, Figures[]>(builds.map(({ name }) => [name, []]));
for (let round = 0; round < Number(values.rounds); round += 1)
  for (const build of builds) {
    const figures = await measure(build);
    found.get(build.name)?.push(figures);
    console.log(build.name, figures);
  }
print();
console.log(await survival(thisBuild(), 100));

async function measure(build: Build): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
  try {
    const imports = importMs(build);
    await using first = await startEmbedded(build, folder);
    const { api } = first;
    const idle = first.memory();
    await publishNoop(api);
    await noopsPerSecond(api, 20);
    const noops = await noopsPerSecond(api, Number(values.jobs));
    const busy = first.memory();
    await first.stop();
    await using again = await startEmbedded(build, folder);
    await again.stop();
    return {
      'modules alone, ms': imports,
      'first start, ms': first.readyMs,
      'first start, CPU ms': first.processorMs,
      'start again, ms': again.readyMs,
      'start again, CPU ms': again.processorMs,
      'start again, of modules': again.readyMs / imports,
      'demo, invoices, ms': await demoMs(build),
      'no-op jobs/s': noops,
      'RSS after start, MB': idle.rss,
      'PSS after start, MB': idle.pss,
      'RSS after jobs, MB': busy.rss,
      'PSS after jobs, MB': busy.pss,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How long Node.js takes to load what the platform is made of, without starting any of it. */
function importMs({ folder }: Build): number {
  const startedAt = performance.now();
  const files = ['compose-platform.ts', 'platform.ts'].map((name) => join(folder, 'cli', name));
  const path = JSON.stringify(files.find((file) => existsSync(file)));
  const load = `require('node:module').enableCompileCache(${JSON.stringify(join(folder, '.cache', 'compiled'))}); import(${path}).then(() => process.exit())`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', load], { cwd: folder });
  if (status !== 0) throw new Error(stderr.toString());
  return performance.now() - startedAt;
}

/** Acknowledged jobs, then the end of all processes at once, then what a new start makes of them. */
async function survival(build: Build, count: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
  try {
    await using first = await startEmbedded(build, folder);
    await publishNoop(first.api);
    await submitNoops(first.api, count);
    await first.kill();
    await using again = await startEmbedded(build, folder);
    const api = { ...first.api, url: again.api.url };
    await untilIdle(api);
    const ended = await succeeded(api);
    await again.stop();
    return `${String(ended)} of ${String(count)} acknowledged jobs ended well after kill -9 of all processes`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function print(): void {
  const [own = [], earlier = []] = [...found.values()];
  console.table(
    Object.keys(own[0] ?? {}).map((figure) => {
      const [mine, other] = [median(own, figure), median(earlier, figure)];
      return {
        figure,
        'this build': round(mine),
        'earlier build': round(other),
        ratio: `${(mine / other).toFixed(2)} x`,
      };
    }),
  );
}

function median(figures: readonly Figures[], name: string): number {
  const sorted = figures.map((each) => each[name] ?? Number.NaN).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return value < 10 ? Math.round(value * 100) / 100 : Math.round(value);
}
