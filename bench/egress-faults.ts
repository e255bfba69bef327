import { gzipSync } from 'node:zlib';
import { createServer as createTcpServer } from 'node:net';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import { createEgress } from '../connectors/egress/egress.ts';
import { type ConnectionPolicy, defaultLimits } from '../connectors/egress/policy.ts';
import { type Fault, openFaultProxy } from '../connectors/testing/fault-proxy.ts';

/*
 * What a system that fails does to the calls of another: p50 and p99 of a healthy connection, in stretches by turns beside one that fails
 * and beside the same one when it is well, called by as many jobs at the same pace. The peers are on threads of their own. Stretches are
 * paired with their neighbours, and the median of the ratios is told, as a machine that others use is slow in stretches, too; `well`
 * compares like with like and shows how far that goes.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    calls: { type: 'string', default: '600' },
    only: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const calls = Number(values.calls);
/** Callers of the failing system, each with one call at a time, as jobs are. */
const abreast = 8;
const paceMs = 20;
const healthyAbreast = 2;

const source = `const { createServer } = require('node:http');
   const { parentPort, workerData } = require('node:worker_threads');
   let count = 0;
   const pour = (response) => {
     const chunk = Buffer.alloc(65_536, 'x');
     const more = () => { while (!response.destroyed && response.write(chunk)); };
     response.on('drain', more);
     more();
   };
   const ways = {
     healthy: (response) => response.setHeader('content-type', 'application/json').end('{"ok":true}'),
     all500: (response) => response.writeHead(500).end(),
     some500: (response) => response.writeHead((count += 1) % 10 < 3 ? 503 : 200).end('{"ok":true}'),
     storm: (response) => response.writeHead(429, { 'retry-after': '1' }).end(),
     bomb: (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(workerData),
     endless: (response) => pour(response),
     json: (response) => response.setHeader('content-type', 'application/json').end('{"ok":'),
   };
   createServer((request, response) => ways[request.url.slice(1)](response)).listen(0, '127.0.0.1', function () {
     parentPort.postMessage(this.address().port);
   });`;
const bomb = gzipSync(Buffer.alloc(20_000_000));
const peers: Worker[] = [];
async function openPeer(): Promise<number> {
  const peer = new Worker(source, { eval: true, workerData: bomb });
  peers.push(peer);
  return await new Promise((resolve) => peer.once('message', resolve));
}
const port = await openPeer();
const failingPort = await openPeer();
/** Speaks no TLS: whoever greets it so fails before anything is asked. */
const noTls = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
await new Promise((resolve) => noTls.once('listening', resolve));
const address = noTls.address();
const tlsPort = typeof address === 'object' ? (address?.port ?? 0) : 0;

interface Way {
  readonly path?: string;
  readonly fault?: Fault;
  readonly url?: string;
}

const ways: Readonly<Record<string, Way>> = {
  well: {},
  'all 500': { path: 'all500' },
  '30 % 503': { path: 'some500' },
  hang: { fault: 'hang' },
  drip: { fault: 'drip' },
  reset: { fault: 'reset' },
  '429 storm': { path: 'storm' },
  'wrong JSON': { path: 'json' },
  'gzip bomb': { path: 'bomb' },
  'endless body': { path: 'endless' },
  'no TLS': { url: `https://127.0.0.1:${String(tlsPort)}/` },
  rebinding: { url: 'http://rebind.example/' },
};

const limits = { ...defaultLimits, timeoutMs: 500, maxResponseBytes: 1_000_000 };
const policyOf = (key: string): ConnectionPolicy => ({ key, name: key, limits });

const resolve = () => Promise.resolve(['10.0.0.1']);

/** Milliseconds of healthy calls, with the other system called beside them all the time. */
async function stretch(way: Way): Promise<readonly number[]> {
  await using proxy = await openFaultProxy({ host: '127.0.0.1', port: failingPort });
  proxy.fault = way.fault ?? 'none';
  const allow = [port, failingPort, tlsPort, proxy.port].map((each) => `127.0.0.1:${String(each)}`);
  await using egress = createEgress({ allow, resolve });
  const closing = new AbortController();
  const failing = Array.from({ length: abreast }, () => fail(way));
  const times: number[] = [];

  async function fail({ path = 'healthy', fault, url: given }: Way) {
    // The proxy is of this thread, whose time is measured: only who needs it goes through it.
    const host = fault === undefined ? `127.0.0.1:${String(failingPort)}` : proxy.host;
    const url = given ?? `http://${host}/${path}`;
    while (!closing.signal.aborted) {
      const request = { method: 'GET', url, headers: { 'x-n': crypto.randomUUID() } };
      await egress.request(policyOf('failing'), request, closing.signal).catch(() => undefined);
      await new Promise((later) => setTimeout(later, paceMs));
    }
  }

  async function call(): Promise<void> {
    while (times.length < calls) {
      const startedAt = performance.now();
      const request = {
        ...{ method: 'GET', url: `http://127.0.0.1:${String(port)}/healthy` },
        headers: { 'x-n': String(times.length) },
      };
      await egress.request(policyOf('healthy'), request, AbortSignal.timeout(60_000));
      times.push(performance.now() - startedAt);
      await new Promise((later) => setTimeout(later, 1));
    }
  }

  await Promise.all(Array.from({ length: healthyAbreast }, call));
  closing.abort(new Error('enough'));
  await Promise.all(failing);
  return times.toSorted((left, right) => left - right);
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
const median = (all: readonly number[]): number =>
  at(
    all.toSorted((a, b) => a - b),
    0.5,
  );

const rows: Record<string, object> = {};
for (const [name, way] of Object.entries(ways)) {
  if (values.only !== undefined && values.only !== name) continue;
  const ratios: { readonly p50: number; readonly p99: number }[] = [];
  const alone: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const isFirst = round % 2 === 0;
    const one = await stretch(isFirst ? {} : way);
    const other = await stretch(isFirst ? way : {});
    const [without, beside] = isFirst ? [one, other] : [other, one];
    alone.push(at(without, 0.99));
    ratios.push({
      p50: at(beside, 0.5) / at(without, 0.5),
      p99: at(beside, 0.99) / at(without, 0.99),
    });
  }
  rows[name] = {
    'p99 beside one that is well, ms': Math.round(median(alone) * 100) / 100,
    'p50 ratio': Math.round(median(ratios.map(({ p50 }) => p50)) * 100) / 100,
    'p99 ratio': Math.round(median(ratios.map(({ p99 }) => p99)) * 100) / 100,
  };
}
console.table(rows);
noTls.close();
await Promise.all(peers.map((peer) => peer.terminate()));
