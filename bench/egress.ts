import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import { Pool } from 'undici';

import { createBatchCollector } from '../connectors/batching.ts';
import { createEgress } from '../connectors/egress/egress.ts';
import {
  type ConnectionPolicy,
  defaultLimits,
  type EgressRequest,
} from '../connectors/egress/policy.ts';
import { createTrace } from '../connectors/egress/trace.ts';

/*
 * What the way out costs a call beside undici alone, in time of the thread that calls: a peer on a thread of its own answers both by
 * turns. Then an answer that is kept in memory, and look-ups that share requests against such that do not.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    calls: { type: 'string', default: '2000' },
    lookups: { type: 'string', default: '1000' },
    /** Writes a profile of the ways of this product alone. */
    only: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const calls = Number(values.calls);
const lookups = Number(values.lookups);
/** Calls in flight at once, fewer than the connection has places. */
const abreast = 8;

const peer = new Worker(
  `const { createServer } = require('node:http');
   const { parentPort } = require('node:worker_threads');
   const body = JSON.stringify({ id: 'a', name: 'x'.repeat(200) });
   const server = createServer((request, response) => {
     const isKept = request.url.startsWith('/kept');
     response.setHeader('content-type', 'application/json');
     if (isKept) response.setHeader('cache-control', 'max-age=600');
     if (!request.url.startsWith('/batch')) return response.end(body);
     const ids = new URL(request.url, 'http://peer').searchParams.getAll('id');
     response.end(JSON.stringify(ids.map((id) => ({ id, name: id }))));
   });
   server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
  { eval: true },
);
const port = await new Promise<number>((resolve) => peer.once('message', resolve));
const origin = `http://127.0.0.1:${String(port)}`;

const pool = new Pool(origin, { connections: 16, pipelining: 1 });
const cache = { maxBytes: 64_000_000, maxEntryBytes: 1_000_000 };
const egress = createEgress({ allow: [`127.0.0.1:${String(port)}`], cache });
const policy: ConnectionPolicy = { key: 'tenant/bench', name: 'bench', limits: defaultLimits };
const rule = {
  ...{ owner: 'tenant', scope: 'tenant/bench/1', group: 'read' },
  ...{ isHeuristic: false, maxSeconds: undefined },
};
const headers = { accept: 'application/json', authorization: 'Bearer shown-to-nobody' };
const { signal } = new AbortController();
let serial = 0;

async function bare(path: string): Promise<unknown> {
  const answer = await pool.request({ method: 'GET', path, headers });
  return await answer.body.json();
}

async function through(path: string, more: Partial<EgressRequest> = {}): Promise<unknown> {
  const request = {
    method: 'GET',
    url: `${origin}${path}`,
    headers,
    trace: createTrace(),
    ...more,
  };
  const { body } = await egress.request(policy, request, signal);
  return JSON.parse(body.toString('utf8'));
}

const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  undici: () => bare(`/thing/${String((serial += 1))}`),
  miss: () => through(`/thing/${String((serial += 1))}`, { cache: rule }),
  'miss, kept': () => through(`/kept/${String((serial += 1))}`, { cache: rule }),
  'miss, timed': () =>
    through(`/thing/${String((serial += 1))}`, {
      ...{ cache: rule, deadlineAt: performance.now() + 30_000 },
    }),
  hit: () => through('/kept/same', { cache: rule }),
};

/** Wall and processor time of a call, microseconds. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

async function measure(work: () => Promise<unknown>, count: number): Promise<Cost> {
  const cpu = process.threadCpuUsage();
  const begun = performance.now();
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: abreast }, lane));
  const { user, system } = process.threadCpuUsage(cpu);
  return { wall: ((performance.now() - begun) * 1000) / count, cpu: (user + system) / count };
}

const found = new Map<string, Cost[]>(Object.keys(ways).map((name) => [name, []]));
const chosen = Object.entries(ways).filter(
  ([name]) => values.only === undefined || name === values.only,
);
for (const [, work] of chosen) await measure(work, calls);
for (let round = 0; round < rounds; round += 1)
  for (const [name, work] of chosen) found.get(name)?.push(await measure(work, calls));

const least = (name: string, part: keyof Cost): number =>
  Math.min(...(found.get(name) ?? []).map((cost) => cost[part]));
const median = (name: string, part: keyof Cost): number => {
  const sorted = (found.get(name) ?? [])
    .map((cost) => cost[part])
    .sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};
console.table(
  Object.fromEntries(
    chosen.map(([name]) => {
      const floor = name === 'hit' ? 0 : median('undici', 'cpu');
      return [
        name,
        {
          'CPU, µs': round1(median(name, 'cpu')),
          'beyond undici, µs': round1(median(name, 'cpu') - floor),
          'least CPU, µs': round1(least(name, 'cpu')),
          'wall, µs': round1(median(name, 'wall')),
        },
      ];
    }),
  ),
);

/** Look-ups of as many keys, each with a request of its own, or together. */
async function lookUpAlone(): Promise<void> {
  const all = Array.from({ length: lookups }, (_, id) =>
    through(`/batch?id=${String(id)}`, { cache: 'BYPASS' }),
  );
  await Promise.all(all);
}

async function lookUpTogether(): Promise<void> {
  const batches = createBatchCollector();
  const fetch = async (keys: readonly (string | number)[]) => {
    const url = `/batch?${keys.map((key) => `id=${String(key)}`).join('&')}`;
    const items = (await through(url, { cache: 'BYPASS' })) as readonly { readonly id: string }[];
    return {
      values: new Map(items.map((item) => [item.id, item.id])),
      status: 200,
      attempts: 1,
      durationMs: 1,
    };
  };
  const member = { group: 'bench', maxKeys: 100, deadlineAt: Infinity, signal, fetch };
  await Promise.all(Array.from({ length: lookups }, (_, key) => batches.load({ ...member, key })));
}

if (values.only === undefined) {
  const took: Record<'alone' | 'together', number[]> = { alone: [], together: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const [name, work] of [
      ['alone', lookUpAlone],
      ['together', lookUpTogether],
    ] as const) {
      const begun = performance.now();
      await work();
      took[name].push(performance.now() - begun);
    }
  const middle = (times: readonly number[]) =>
    times.toSorted((left, right) => left - right)[times.length >> 1] ?? NaN;
  const [alone, together] = [middle(took.alone), middle(took.together)];
  console.log(
    `${String(lookups)} look-ups: ${round1(alone)} ms each by itself, ${round1(together)} ms by 100 in a request (${round1(alone / together)} x)`,
  );
}

await egress[Symbol.asyncDispose]();
await pool.destroy();
await peer.terminate();

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
