import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/*
 * What a short command costs in processor time, beside `node -e 0` and the commands of other packages that are at hand. All
 * take turns, so that a busy machine is the same for all.
 */

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'operandi-bench-'));
const small = join(folder, 'small.yaml');
writeFileSync(
  small,
  [
    'document: {dsl: 1.0.3, namespace: bench, name: small, version: 1.0.0}',
    "do: [greet: {set: {text: '${ .name }'}}]",
  ].join('\n'),
);

interface Case {
  readonly name: string;
  readonly args: readonly string[];
}

const own = (...words: readonly string[]): readonly string[] => [
  join(root, 'cli', 'operandi.cjs'),
  ...words,
];
const installed = (path: string): readonly string[] => [join(root, path), '--version'];

const cases: readonly Case[] = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'operandi validate', args: own('validate', small) },
  { name: 'operandi --help', args: own('--help') },
  { name: 'operandi jobs --help', args: own('jobs', '--help') },
  { name: 'prettier --version', args: installed('node_modules/prettier/bin/prettier.cjs') },
  { name: 'vitest --version', args: installed('node_modules/vitest/vitest.mjs') },
  { name: 'knip --version', args: installed('node_modules/knip/bin/knip.js') },
  {
    name: 'graphql-codegen --version',
    args: installed('node_modules/@graphql-codegen/cli/cjs/bin.js'),
  },
  {
    name: 'wrangler --version',
    args: installed('bench/commands/node_modules/wrangler/bin/wrangler.js'),
  },
  {
    name: 'trigger.dev --version',
    args: installed('bench/commands/node_modules/trigger.dev/dist/esm/index.js'),
  },
  { name: 'prisma --version', args: installed('scripts/tools/node_modules/prisma/build/index.js') },
].filter(({ args: [path = ''] }) => path === '-e' || existsSync(path));

const spent = new Map(cases.map(({ name }) => [name, 0]));
const rounds = Number(values.rounds);
try {
  for (const { args } of cases) run(args);
  for (let round = 0; round < rounds; round += 1)
    for (const { name, args } of cases) spent.set(name, (spent.get(name) ?? 0) + run(args));
} finally {
  rmSync(folder, { recursive: true });
}
const floor = spent.get('node -e 0') ?? 0;
console.table(
  [...spent].map(([name, ms]) => ({
    command: name,
    'CPU, ms': Math.round(ms / rounds),
    'of node -e 0': `${(ms / floor).toFixed(1)} x`,
  })),
);

/** Processor time of a program with all that it starts, milliseconds. */
function run(args: readonly string[]): number {
  const before = childrenMs();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return childrenMs() - before;
}

/** From the kernel's own books; it counts in hundredths of a second, so that only many rounds say something. */
function childrenMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 10;
}
