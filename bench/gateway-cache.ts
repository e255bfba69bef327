import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Pool, request } from 'undici';

import { startRedis } from '../tests/support/start-redis.ts';
import { shopPages } from './gateway/shop.ts';
import { freePort, memory } from './processes.ts';

/*
 * The three pages of the shop without the cache of answers, with it in memory, and with it in memory and Redis: requests per
 * second, calls to subgraphs, share of the parts that were found. Sharing of overlapping requests is off. Subgraphs let their
 * answers be kept for `--ttl` seconds, so that some parts end in each run. Gateways are processes of their own and take turns.
 */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    ttl: { type: 'string', default: '2' },
    passes: { type: 'string', default: '2' },
    connections: { type: 'string', default: '50' },
  },
});
const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const kinds = ['off', 'memory', 'memory and Redis'] as const;
type Kind = (typeof kinds)[number];

await using redis = await startRedis();
const folder = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
const control = `public, max-age=${values.ttl}`;
const subgraphs = spawn(process.execPath, [at('gateway/subgraphs.ts'), control], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
process.once('exit', () => subgraphs.kill());
const [line] = (await once(createInterface(subgraphs.stdout), 'line')) as [string];
// Written by the bench's own process.
const shop = JSON.parse(line) as { readonly supergraphSdl: string; readonly counter: number };
const supergraph = join(folder, 'supergraph.graphql');
await writeFile(supergraph, shop.supergraphSdl);

interface Sample {
  readonly page: string;
  readonly kind: Kind;
  readonly rps: number;
  readonly p99: number;
  readonly calls: number;
  readonly hits: number | undefined;
  readonly rssMb: number;
}

const samples: Sample[] = [];
try {
  for (const page of Object.keys(shopPages)) {
    const turns = Array.from({ length: Number(values.passes) }, () => kinds).flat();
    const able = turns.filter((kind) => kind !== 'memory and Redis' || redis !== undefined);
    for (const kind of able) samples.push(await measure(page, kind));
  }
} finally {
  subgraphs.kill();
  await rm(folder, { recursive: true });
}
report();

async function measure(page: string, kind: Kind): Promise<Sample> {
  // The names are those of the pages themselves.
  const body = JSON.stringify({ query: shopPages[page as keyof typeof shopPages] });
  const port = await freePort();
  const contender = kind === 'off' ? 'operandi' : 'operandi-cache';
  const args = [at('gateway/contender.ts'), contender, String(port), supergraph];
  if (kind === 'memory and Redis' && redis !== undefined) args.push(redis.url);
  const child = spawn(process.execPath, args, {
    stdio: 'ignore',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const origin = `http://127.0.0.1:${port}`;
  try {
    await ready(origin, body);
    await load(origin, body, 2);
    await request(`http://127.0.0.1:${shop.counter}/calls`);
    const before = await parts(origin);
    const latencies = await load(origin, body, Number(values.seconds));
    latencies.sort((a, b) => a - b);
    const calls = await request(`http://127.0.0.1:${shop.counter}/calls`);
    const after = await parts(origin);
    const all = after.all - before.all;
    return {
      ...{ page, kind },
      rps: latencies.length / Number(values.seconds),
      p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
      calls: Number(await calls.body.text()) / latencies.length,
      hits: all === 0 ? undefined : (after.found - before.found) / all,
      rssMb: memory(child.pid, 'VmHWM'),
    };
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

async function ready(origin: string, body: string): Promise<void> {
  for (let attempt = 0; attempt < 1_200; attempt++) {
    await delay(100);
    const headers = { 'content-type': 'application/json' };
    const asked = request(`${origin}/graphql`, { method: 'POST', headers, body });
    const text = await asked.then((response) => response.body.text()).catch(() => '');
    if (text.includes('"data"')) return;
  }
  throw new Error('The gateway does not answer');
}

/** Parts of answers looked for and found since the start. */
async function parts(origin: string): Promise<{ readonly all: number; readonly found: number }> {
  const response = await request(`${origin}/metrics`);
  const lines = (await response.body.text()).split('\n');
  const own = lines.filter((one) => one.startsWith('operandi_gateway_cache_parts_total{'));
  const sum = (some: readonly string[]): number =>
    some.reduce((total, one) => total + Number(one.slice(one.lastIndexOf(' '))), 0);
  return { all: sum(own), found: sum(own.filter((one) => /outcome="(hit|joined)"/.test(one))) };
}

async function load(origin: string, body: string, seconds: number): Promise<number[]> {
  const connections = Number(values.connections);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies: number[] = [];
  const end = performance.now() + seconds * 1000;
  const headers = { 'content-type': 'application/json' };
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const started = performance.now();
        const response = await pool.request({ path: '/graphql', method: 'POST', headers, body });
        await response.body.dump({ limit: 10_000_000 });
        latencies.push(performance.now() - started);
      }
    }),
  );
  await pool.close();
  return latencies;
}

function report(): void {
  const groups = Map.groupBy(samples, ({ page, kind }) => `${page} ${kind}`);
  const best = [...groups.values()].flatMap(
    (group) => group.toSorted((a, b) => b.rps - a.rps)[0] ?? [],
  );
  console.table(
    best.map((sample) => {
      const off = best.find(({ page, kind }) => page === sample.page && kind === 'off');
      return {
        page: sample.page,
        cache: sample.kind,
        rps: Math.round(sample.rps),
        'x off': off === undefined ? '' : (sample.rps / off.rps).toFixed(1),
        'p99 ms': sample.p99.toFixed(1),
        'calls a request': sample.calls.toFixed(3),
        found: sample.hits === undefined ? '' : `${(100 * sample.hits).toFixed(1)} %`,
        'RSS MB': Math.round(sample.rssMb),
      };
    }),
  );
}
