// Compares the jq compiler with its peers: node bench/jq.ts
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { compileJq } from '../engine/jq/compile.ts';
import type { JsonValue } from '../kernel/json.ts';

interface Peer {
  readonly name: string;
  /** A function that runs the expression on the input, compiled beforehand if the peer can. */
  prepare(expression: string): (input: JsonValue) => unknown;
  /** Only for those that have a compile step of their own. */
  readonly compile?: (expression: string) => unknown;
}

interface Case {
  readonly name: string;
  readonly expression: string;
  readonly input: JsonValue;
}

const rows = Array.from({ length: 1_000 }, (_, id) => ({
  id,
  amount: id % 97,
  kind: `k${id % 7}`,
}));

const cases: readonly Case[] = [
  { name: 'simple path', expression: '.a.b.c', input: { a: { b: { c: 1 } } } },
  { name: 'reduce 1,000 rows', expression: 'reduce .[] as $r (0; . + $r.amount)', input: rows },
  { name: 'map and select 1,000 rows', expression: 'map(select(.amount > 50) | .id)', input: rows },
  {
    name: 'group_by 1,000 rows',
    expression: 'group_by(.kind) | map({kind: .[0].kind, n: length})',
    input: rows,
  },
  {
    name: 'reshape',
    expression: '{id: .a.b.c, label: "n\\(.a.b.c)", ok: (.a.b.c > 0)}',
    input: { a: { b: { c: 1 } } },
  },
  { name: 'assign', expression: '.a.b.c |= . + 1 | .d = [1, 2]', input: { a: { b: { c: 1 } } } },
];
const typical =
  '.orders | map(select(.total > 100 and .state != "void")) | {count: length, sum: (map(.total) | add // 0)}';

const ours: Peer = {
  name: 'operandi',
  prepare: (expression) => {
    const program = compileJq(expression);
    return (input) => program.run(input);
  },
  compile: (expression) => compileJq(expression),
};

type JqJs = { compile(expression: string): (input: JsonValue) => Iterable<JsonValue> };
type JqWeb = { json(input: JsonValue, expression: string): unknown };

async function loadPeers(): Promise<Peer[]> {
  try {
    const [jqjs, web] = await Promise.all([
      importPeer<JqJs>('@michaelhomer/jqjs'),
      importPeer<{ readonly default: Promise<JqWeb> }>('jq-web'),
    ]);
    return [ours, jqJsPeer(jqjs), jqWebPeer(await web.default)];
  } catch (error) {
    console.error(
      `The peers are missing (${String(error)}). Install them with:\n  npm --prefix bench/peers install`,
    );
    return [ours];
  }
}

/** Not imported by name, as the types of the peers are not installed with the product. */
async function importPeer<Peer>(name: string): Promise<Peer> {
  const peers = createRequire(new URL('./peers/package.json', import.meta.url));
  return (await import(pathToFileURL(peers.resolve(name)).href)) as Peer;
}

function jqJsPeer(jqjs: JqJs): Peer {
  return {
    name: '@michaelhomer/jqjs',
    prepare: (expression) => {
      const filter = jqjs.compile(expression);
      return (input) => Array.from(filter(input));
    },
    compile: (expression) => jqjs.compile(expression),
  };
}

/** Compiles and passes text on each run: it has no other way. */
function jqWebPeer(jq: JqWeb): Peer {
  return { name: 'jq-web', prepare: (expression) => (input) => jq.json(input, expression) };
}

/** Median of the batches, in microseconds for each run. */
function measure(run: () => unknown): number {
  const batchMs = 20;
  let size = 1;
  while (timeOf(run, size) < batchMs && size < 1e7) size *= 2;
  const batches = Array.from({ length: 9 }, () => (timeOf(run, size) * 1000) / size);
  return batches.toSorted((left, right) => left - right)[4] ?? NaN;
}

function timeOf(run: () => unknown, times: number): number {
  const start = performance.now();
  for (let left = times; left > 0; left--) run();
  return performance.now() - start;
}

function microseconds(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(value < 10 ? 2 : 0);
}

const peers = await loadPeers();
const table: string[][] = [['µs per run', ...peers.map(({ name }) => name)]];
for (const { name, expression, input } of cases) {
  const times = peers.map((peer) => {
    try {
      const run = peer.prepare(expression);
      return measure(() => run(input));
    } catch {
      return undefined;
    }
  });
  table.push([name, ...times.map(microseconds)]);
}
const compileTimes = peers.map(({ compile }) => compile && measure(() => compile(typical)));
table.push(['compile a typical expression', ...compileTimes.map(microseconds)]);

const widths = (table[0] ?? []).map((_, column) =>
  Math.max(...table.map((row) => row[column]?.length ?? 0)),
);
for (const row of table)
  console.log(`| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`);
