import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';

import { Pool, request } from 'undici';

import { shopPages } from './gateway/shop.ts';
import { freePort, memory } from './processes.ts';

/*
 * A page of a shop (`--page deep`, `wide` or `shallow`) through each gateway: requests per second, latency, memory, calls to
 * subgraphs. `apollo` and `operandi-apollo` are the same application of Apollo Server. Gateways are processes of their own and take turns, pass by pass; all are compared with bare @apollo/gateway of
 * the same run. Where Linux has `taskset`, the gateway has the first core for itself; clients and subgraphs share the others.
 */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    passes: { type: 'string', default: '2' },
    only: { type: 'string' },
    page: { type: 'string', default: 'deep' },
  },
});
const kinds = [
  'floor',
  'apollo',
  'operandi-apollo',
  'operandi',
  'operandi-dedup',
  'hive',
  'hive-rust',
  'mercurius',
].filter((kind) => values.only === undefined || values.only.split(',').includes(kind));
if (!Object.hasOwn(shopPages, values.page)) throw new Error(`No page ${values.page}`);
// Just seen to be one.
const query = shopPages[values.page as keyof typeof shopPages];
const body = JSON.stringify({ query });
const application = fileURLToPath(new URL('gateway/apollo-server.ts', import.meta.url));
const contender = fileURLToPath(new URL('gateway/contender.ts', import.meta.url));
const hive = fileURLToPath(
  new URL('peers/node_modules/@graphql-hive/gateway/dist/bin.js', import.meta.url),
);

const WARM_SECONDS = 4;

interface Sample {
  readonly kind: string;
  readonly connections: number;
  readonly rps: number;
  readonly p50: number;
  readonly p99: number;
  readonly rssMb: number;
  readonly calls: number;
}

/** Gives what is started after it the first core, once this process and the subgraphs have left it. */
const firstCore = leaveFirstCore() ? ['taskset', '-c', '0'] : [];

const folder = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
const subgraphs = spawn(
  process.execPath,
  [fileURLToPath(new URL('gateway/subgraphs.ts', import.meta.url))],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
process.once('exit', () => subgraphs.kill());
const [line] = (await once(createInterface(subgraphs.stdout), 'line')) as [string];
const shop = JSON.parse(line) as {
  readonly supergraphSdl: string;
  readonly urls: Readonly<Record<string, string>>;
  readonly counter: number;
};
const files = {
  supergraph: join(folder, 'supergraph.graphql'),
  urls: join(folder, 'urls.json'),
  answer: join(folder, 'answer.json'),
};
await writeFile(files.supergraph, shop.supergraphSdl);
await writeFile(files.urls, JSON.stringify(shop.urls));
await writeFile(files.answer, await referenceAnswer());

const samples: Sample[] = [];
try {
  const turns = Array.from({ length: Number(values.passes) }, () => kinds).flat();
  for (const kind of turns) samples.push(...(await measureOrSkip(kind)));
} finally {
  subgraphs.kill();
  await rm(folder, { recursive: true });
}
report(samples);

function leaveFirstCore(): boolean {
  const others = availableParallelism() - 1;
  if (others === 0) return false;
  const { status } = spawnSync('taskset', ['-apc', `1-${others}`, String(process.pid)]);
  return status === 0;
}

/** The bytes every gateway has to give, taken from bare Apollo. */
async function referenceAnswer(): Promise<string> {
  const { child, url } = await start('apollo');
  await takeCalls();
  const response = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const text = await response.body.text();
  child.kill();
  console.log(
    `answer: ${Buffer.byteLength(text)} bytes; bare Apollo asks subgraphs ${await takeCalls()} times`,
  );
  return text;
}

async function start(kind: string): Promise<{ child: ChildProcess; url: string }> {
  const port = await freePort();
  const file =
    kind === 'mercurius' ? files.urls : kind === 'floor' ? files.answer : files.supergraph;
  const args = kind.startsWith('hive')
    ? [hive, 'supergraph', file, '--port', String(port), '--host', '127.0.0.1']
    : [kind.endsWith('apollo') ? application : contender, kind, String(port), file];
  if (kind === 'hive-rust') args.push('--hive-router-runtime');
  const [command = '', ...all] = [...firstCore, process.execPath, ...args];
  const child = spawn(command, all, {
    stdio: 'ignore',
    cwd: folder,
    env: { ...process.env, FORK: '1', NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' },
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}/graphql`;
  for (let attempt = 0; attempt < 200; attempt++) {
    await delay(100);
    const text = await ask(url).catch(() => '');
    if (text.includes('"topProducts"')) return { child, url };
    if (child.exitCode !== null) break;
  }
  child.kill();
  throw new Error(`${kind} does not answer`);
}

async function ask(url: string): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await request(url, { method: 'POST', headers, body });
  return response.body.text();
}

/** A gateway that answers otherwise is fast at something else. */
async function checkAnswer(url: string): Promise<void> {
  const expected: unknown = JSON.parse(readFileSync(files.answer, 'utf8'));
  const text = await ask(url);
  if (!isDeepStrictEqual(JSON.parse(text), expected)) {
    throw new Error(`answers otherwise: ${text.slice(0, 200)}`);
  }
}

async function measureOrSkip(kind: string): Promise<Sample[]> {
  try {
    return await measure(kind);
  } catch (error) {
    console.error(`${kind} is left out: ${String(error)}`);
    return [];
  }
}

async function measure(kind: string): Promise<Sample[]> {
  const { child, url } = await start(kind);
  try {
    await checkAnswer(url);
    await load(url, 10, WARM_SECONDS);
    const found: Sample[] = [];
    for (const connections of [1, 50]) {
      await takeCalls();
      const latencies = await load(url, connections, Number(values.seconds));
      const count = latencies.length;
      latencies.sort((a, b) => a - b);
      found.push({
        kind,
        connections,
        rps: count / Number(values.seconds),
        p50: latencies[Math.floor(count * 0.5)] ?? Number.NaN,
        p99: latencies[Math.floor(count * 0.99)] ?? Number.NaN,
        rssMb: memory(child.pid, 'VmHWM'),
        calls: (await takeCalls()) / count,
      });
    }
    return found;
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

/** Keeps `connections` requests in flight; gives the milliseconds of each that was answered. */
async function load(url: string, connections: number, seconds: number): Promise<number[]> {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies: number[] = [];
  const end = performance.now() + seconds * 1000;
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const started = performance.now();
        const response = await pool.request({ path, method: 'POST', headers, body });
        await response.body.dump({ limit: 10_000_000 });
        latencies.push(performance.now() - started);
      }
    }),
  );
  await pool.close();
  return latencies;
}

async function takeCalls(): Promise<number> {
  const response = await request(`http://127.0.0.1:${shop.counter}/calls`);
  return Number(await response.body.text());
}

function report(all: readonly Sample[]): void {
  const rows = Map.groupBy(all, ({ kind, connections }) => `${kind} ${connections}`);
  const best = [...rows.values()].map((group) => {
    const fastest = group.toSorted((a, b) => b.rps - a.rps)[0];
    return { ...fastest, rssMb: Math.max(...group.map(({ rssMb }) => rssMb)) } as Sample;
  });
  console.table(
    best.map((sample) => {
      const bare = best.find(
        (other) => other.kind === 'apollo' && other.connections === sample.connections,
      );
      return {
        gateway: sample.kind,
        connections: sample.connections,
        rps: Math.round(sample.rps),
        'x bare': bare === undefined ? '' : (sample.rps / bare.rps).toFixed(1),
        'p50 ms': sample.p50.toFixed(1),
        'p99 ms': sample.p99.toFixed(1),
        'RSS MB': Math.round(sample.rssMb),
        'subgraph calls': sample.calls.toFixed(2),
      };
    }),
  );
}
