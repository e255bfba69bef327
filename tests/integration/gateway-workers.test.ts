import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { createAuthority } from '../support/certificates.ts';
import { until } from '../support/until.ts';

const sdl = 'type Query { hello: String slow: Int }';
const sharedKey = 'a-shared-key-of-tests';
const cli = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));
/** Says to clients and subgraphs which process it is. */
const plugin = `const withPid = (one) => ({ ...one, headers: { ...one.headers, 'x-pid': String(process.pid) } });
export default {
  name: 'pid',
  onSubgraphRequest: (_, upstream) => withPid(upstream),
  onResponse: (_, answer) => withPid(answer),
};`;

let folder: string;
let subgraph: SubgraphServer;
let release: () => void;
let running: ChildProcess[];

beforeEach(async () => {
  const held = Promise.withResolvers<number>();
  release = () => held.resolve(1);
  subgraph = await startSubgraph(sdl, { Query: { hello: () => 'hi', slow: () => held.promise } });
  folder = await mkdtemp(join(tmpdir(), 'operandi-workers-'));
  await writeFile(join(folder, 'pid.js'), plugin);
  await writeSupergraph(sdl);
  running = [];
});

afterEach(async () => {
  release();
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await subgraph[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function writeSupergraph(own: string): Promise<void> {
  const composed = compose([{ name: 'greetings', url: subgraph.url, sdl: own }]);
  await writeFile(join(folder, 'supergraph.graphql'), composed);
}

interface Served {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it logs. */
  readonly log: () => string;
}

async function begin(config: object = {}, workers = '2'): Promise<Omit<Served, 'url'>> {
  const file = join(folder, 'gateway.json');
  const usage = { report: { sharedKey }, file: join(folder, 'usage.json') };
  await writeFile(file, JSON.stringify({ plugins: ['pid.js'], usage, ...config }));
  const supergraph = join(folder, 'supergraph.graphql');
  const options = ['--supergraph', supergraph, '--config', file, '--port', '0'];
  const args = [cli, 'gateway', ...options, '--workers', workers];
  const { REDIS_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  running.push(child);
  let text = '';
  const hear = (data: Buffer): void => void (text += data.toString());
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return { process: child, log: () => text };
}

async function serve(config: object = {}): Promise<Served> {
  const begun = await begin(config);
  const [, url = ''] = await until('the workers are ready', () => {
    if (begun.process.exitCode !== null) throw new Error(begun.log());
    return /ready at (\S+), 2 workers/.exec(begun.log()) ?? undefined;
  });
  return { ...begun, url };
}

interface Answer {
  readonly status: number;
  readonly pid: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** Over a connection of its own, unless an agent has one. */
function post(url: string, body: object, agent: Agent | false = false): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent }, (response) => {
      void read(response).then(resolve, reject);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

async function read(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { statusCode: status = 0, headers } = response;
  return { status, headers, pid: Number(headers['x-pid']), body: Buffer.concat(chunks).toString() };
}

const hello = { query: 'query Hello { hello }' };

/** Sends over new connections until both workers have answered. */
async function reachBoth(url: string, body: object = hello): Promise<Map<number, Answer>> {
  const found = new Map<number, Answer>();
  await until('both have answered', async () => {
    const answer = await post(url, body);
    found.set(answer.pid, answer);
    return found.size === 2;
  });
  return found;
}

/** Processes that have asked the subgraph for a field. */
function pidsAsking(field: string, after = 0): Set<unknown> {
  const asked = subgraph.received.slice(after).filter(({ query }) => query.includes(field));
  return new Set(asked.map(({ headers }) => headers['x-pid']));
}

async function numberOf(url: string, metric: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const line = text.split('\n').find((one) => one.startsWith(metric));
  return Number(line?.split(' ').at(-1) ?? NaN);
}

async function usageOf(url: string): Promise<string> {
  const headers = { authorization: sharedKey };
  return (await fetch(new URL('/usage', url), { headers })).text();
}

/** One connection that asks on and on. */
interface Load {
  pid: number;
  answered: number;
  readonly failures: unknown[];
  readonly ended: Promise<void>;
}

function load(url: string, signal: AbortSignal): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const failures: unknown[] = [];
  const one: Load = { pid: 0, answered: 0, failures, ended: Promise.resolve() };
  const run = async (): Promise<void> => {
    while (!signal.aborted && failures.length === 0) {
      const answer = await post(url, hello, agent).catch(
        (error: unknown) => void failures.push(error),
      );
      if (answer === undefined) continue;
      if (answer.status !== 200) failures.push(answer);
      one.pid = answer.pid;
      one.answered++;
    }
    agent.destroy();
  };
  return Object.assign(one, { ended: run() });
}

describe('a gateway of several workers', { timeout: 30_000 }, () => {
  test('loses no request of others when a worker is killed, and replaces it', async () => {
    const { url, log } = await serve();
    const pids = [...(await reachBoth(url)).keys()];
    const ending = new AbortController();
    const loads = Array.from({ length: 6 }, () => load(url, ending.signal));
    await until('both are under load', () => {
      const under = new Set(loads.filter(({ answered }) => answered > 20).map(({ pid }) => pid));
      if (under.size < 2 && loads.every(({ answered }) => answered > 20))
        loads.push(load(url, ending.signal));
      return under.size === 2;
    });
    const before = await numberOf(url, 'operandi_gateway_client_requests_total');
    const [victim = 0, busiest = 0] = pids;
    const spared = loads.filter(({ pid }) => pid !== victim);
    process.kill(victim, 'SIGKILL');
    const replaced = await until('another takes its place', async () => {
      const { pid } = await post(url, hello).catch(() => ({ pid: victim }));
      return !pids.includes(pid) && pid;
    });
    await until('all go on', () => spared.every(({ answered }) => answered > 200));
    ending.abort();
    await Promise.all(loads.map(({ ended }) => ended));
    expect(spared.length).toBeGreaterThan(0);
    expect(spared.flatMap(({ failures }) => failures)).toEqual([]);
    expect(log()).toMatch(/a worker has ended/);
    expect(replaced).toBeGreaterThan(0);
    const counted = await numberOf(url, 'operandi_gateway_client_requests_total');
    expect(counted).toBeGreaterThan(before);
    // What a dead one had counted is not taken back.
    process.kill(busiest, 'SIGKILL');
    await until('yet another takes its place', async () => {
      const { pid } = await post(url, hello).catch(() => ({ pid: busiest }));
      return ![...pids, replaced].includes(pid);
    });
    expect(await numberOf(url, 'operandi_gateway_client_requests_total')).toBeGreaterThan(counted);
  });

  test('counts rates, requests and usage of all together, and keeps usage in one file', async () => {
    const served = await serve({ rateLimit: { requestsPerKey: 12, windowSeconds: 3_600 } });
    const { url } = served;
    const answers: Answer[] = [];
    for (let n = 0; n < 16; n++) answers.push(await post(url, hello));
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array<number>(12).fill(200),
      ...Array<number>(4).fill(429),
    ]);
    expect(new Set(answers.slice(0, 12).map(({ pid }) => pid)).size).toBe(2);
    const total = 'operandi_gateway_requests_total{status="429"}';
    expect(await numberOf(url, total)).toBe(4);
    expect(
      await numberOf(url, 'operandi_gateway_supergraph_loaded_timestamp_seconds'),
    ).toBeLessThan(Date.now() / 1_000 + 60);
    const counted = (text: string): number => {
      const { usage = JSON.parse(text) as never } = JSON.parse(text) as {
        usage?: { clients: { operations: Record<string, Record<string, number[]>> }[] };
      };
      return usage.clients
        .flatMap(({ operations }) => Object.values(operations))
        .flatMap((days) => Object.values(days))
        .reduce((sum, [requests = 0]) => sum + requests, 0);
    };
    expect(counted(await usageOf(url))).toBe(12);
    served.process.kill('SIGTERM');
    await once(served.process, 'exit');
    const again = await serve();
    await post(again.url, hello);
    expect(counted(await usageOf(again.url))).toBe(13);
  });

  test('shares documents that clients register, and forgets kept answers in all', async () => {
    subgraph.responseHeaders = { 'cache-control': 'public, max-age=600' };
    const { url } = await serve({
      cache: { isEnabled: true, ignoredHeaders: ['x-pid'], invalidation: { sharedKey } },
    });
    const sha256Hash = sha256Hex(hello.query);
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    await post(url, { ...hello, extensions });
    const byHash = await reachBoth(url, { extensions });
    for (const { body } of byHash.values())
      expect(JSON.parse(body)).toEqual({ data: { hello: 'hi' } });
    await reachBoth(url);
    const asked = subgraph.received.length;
    await reachBoth(url);
    expect(subgraph.received).toHaveLength(asked);
    const forgotten = await fetch(new URL('/invalidation', url), {
      method: 'POST',
      headers: { authorization: sharedKey, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'subgraph', subgraph: 'greetings' }),
    });
    expect(await forgotten.json()).toEqual({ count: 2 });
    await reachBoth(url);
    expect(pidsAsking('hello', asked).size).toBe(2);
  });

  test('answers in all what is under way before it ends', async () => {
    const served = await serve();
    await reachBoth(served.url);
    const slow = { query: '{ slow }' };
    const waiting: Promise<Answer>[] = [];
    await until('both wait', () => {
      if (waiting.length < 200) waiting.push(post(served.url, slow));
      return pidsAsking('slow').size === 2;
    });
    served.process.kill('SIGTERM');
    await until('nobody new is taken', () =>
      post(served.url, hello).then(
        () => false,
        () => true,
      ),
    );
    release();
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual(waiting.map(() => 200));
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
    const [code] = (await once(served.process, 'exit')) as [number];
    expect(code).toBe(0);
  });

  test('takes a new supergraph and a new certificate in all', async () => {
    await using authority = await createAuthority();
    const { certFile, keyFile } = await authority.issue('gateway', { san: 'IP:127.0.0.1' });
    const { url } = await serve({ server: { tls: { certFile, keyFile } } });
    const ask = (query: string): Promise<Answer & { readonly serial: string }> =>
      new Promise((resolve, reject) => {
        const sent = secureRequest(
          url,
          {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            agent: false,
            rejectUnauthorized: false,
          },
          (response) => {
            const { serialNumber: serial } = (
              response.socket as unknown as { getPeerCertificate(): { serialNumber: string } }
            ).getPeerCertificate();
            read(response).then((answer) => resolve({ ...answer, serial }), reject);
          },
        );
        sent.on('error', reject);
        sent.end(JSON.stringify({ query }));
      });
    const { serial: old } = await ask('{ hello }');
    await authority.issue('gateway', { san: 'IP:127.0.0.1' });
    await writeSupergraph('type Query { hello: String slow: Int added: Int }');
    const renewed = new Set<number>();
    await until('both have changed', async () => {
      const { serial, body, pid } = await ask('{ added }');
      if (serial !== old && body === '{"data":{"added":null}}') renewed.add(pid);
      return renewed.size === 2;
    });
  });

  test('ends with what is wrong, once, where no worker can start', async () => {
    const { process: child, log } = await begin({ unknown: 1 });
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
    expect(log().match(/unknown: is not known/g)).toHaveLength(1);
    const callback = { publicUrl: 'http://127.0.0.1:1' };
    const refused = await begin({ subscriptions: { callback } });
    expect(await once(refused.process, 'exit')).toEqual([1, null]);
    expect(refused.log()).toContain('subscriptions.callback needs one process');
    const odd = await begin({}, 'many');
    expect(await once(odd.process, 'exit')).toEqual([1, null]);
    expect(odd.log()).toContain('--workers is a number');
  });
});
