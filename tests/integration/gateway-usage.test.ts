import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';

import { compose } from '../../gateway/testing/federated.ts';
import { type LiveSubgraph, startLiveSubgraph } from '../../gateway/testing/live-subgraph.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import type { UsageReport } from '../../gateway/usage/usage-report.ts';
import { startRedis } from '../support/start-redis.ts';
import { until } from '../support/until.ts';

const sdl = `
type Query {
  me(id: ID, kind: Kind): User
  find(by: By!): User
  old: Int @deprecated(reason: "use me")
  slow: Int
}
enum Kind { CAT DOG }
input By { name: String secret: String }
type User @key(fields: "id") { id: ID! name: String broken: Int }`;

const clockSdl = 'type Query { now: Int } type Subscription { ticks: Int }';

const sharedKey = 'a-shared-key-of-tests';
const report = { sharedKey };
const cli = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));

let folder: string;
let subgraph: SubgraphServer;
let clock: LiveSubgraph;
let supergraph: string;
let release: () => void;

beforeEach(async () => {
  const held = Promise.withResolvers<number>();
  release = () => held.resolve(1);
  subgraph = await startSubgraph(sdl, {
    Query: {
      me: () => ({ id: 1, name: 'Ada' }),
      find: () => ({ id: 2, name: 'Bob' }),
      old: () => 1,
      slow: () => held.promise,
    },
    User: {
      broken: () => {
        throw new Error('broken');
      },
    },
  });
  clock = await startLiveSubgraph(clockSdl, 'ticks');
  supergraph = compose([
    { name: 'people', url: subgraph.url, sdl },
    { name: 'clock', url: clock.url, sdl: clockSdl },
  ]);
  folder = await mkdtemp(join(tmpdir(), 'operandi-usage-'));
});

afterEach(async () => {
  release();
  await subgraph[Symbol.asyncDispose]();
  await clock[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const start = (usage: object = {}, redisUrl?: string): Promise<TestGateway> =>
  startGateway({
    supergraph: { sdl: supergraph },
    config: { usage: { report, ...usage } },
    ...(redisUrl !== undefined && { redisUrl }),
  });

const by = (name: string, version?: string): Record<string, string> => ({
  'apollographql-client-name': name,
  ...(version !== undefined && { 'apollographql-client-version': version }),
});

interface Shown {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function usageCommand(...args: readonly string[]): Promise<Shown> {
  const env = { ...process.env, OPERANDI_USAGE_KEY: sharedKey };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, 'gateway', 'usage', ...args],
      { env },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

async function usageOf(source: string, ...args: readonly string[]): Promise<UsageReport> {
  const { stdout, stderr } = await usageCommand(source, '--json', ...args);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as UsageReport;
}

const usageUrl = ({ url }: TestGateway): string => new URL('/usage', url).href;
const metricsOf = async ({ url }: TestGateway): Promise<string> =>
  (await fetch(new URL('/metrics', url))).text();

describe('usage of a gateway', { timeout: 120_000 }, () => {
  test('tells which clients use which fields, with errors and latency, and no values', async () => {
    await using gateway = await start();
    const { url } = gateway;
    const query =
      'query Me($id: ID) { me(id: $id, kind: CAT) { ...F } } fragment F on User { name }';
    await ask(url, { query, variables: { id: 'secret-id' } }, by('web', '1.2'));
    await ask(url, { query, variables: { id: 'other-id' } }, by('web', '1.2'));
    await ask(url, { query: '{ me { broken } old }' }, by('ios'));
    await ask(url, {
      query: 'query Find($by: By!) { find(by: $by) { id } }',
      variables: { by: {} },
    });
    await ask(url, { query: 'query Lit { find(by: { name: "literal" }) { id } }' });

    const shown = await usageOf(usageUrl(gateway));
    expect(shown.operations).toHaveLength(4);
    expect(shown.operations[0]).toMatchObject({
      ...{ client: 'web', version: '1.2', operation: 'Me', kind: 'query', requests: 2, errors: 0 },
      p50Ms: expect.any(Number) as number,
    });
    expect(shown.operations).toContainEqual(
      expect.objectContaining({ client: 'ios', operation: '(anonymous)', requests: 1, errors: 1 }),
    );
    const usedBy = (coordinate: string): unknown =>
      shown.fields.find((field) => field.coordinate === coordinate)?.clients;
    expect(usedBy('User.name')).toEqual(['web']);
    expect(usedBy('Query.me(id:)')).toEqual(['web']);
    expect(usedBy('Kind.CAT')).toEqual(['web']);
    expect(usedBy('User')).toEqual(['web']);
    expect(usedBy('Query.me')).toEqual(['ios', 'web']);
    expect(usedBy('By')).toEqual(['(unnamed)']);
    expect(usedBy('By.name')).toEqual(['(unnamed)']);
    expect(usedBy('By.secret')).toBeUndefined();
    expect(JSON.stringify(shown)).not.toMatch(/secret-id|other-id|literal/);

    const ofField = await usageOf(usageUrl(gateway), '--field', 'User.name', '--client', 'web');
    expect(ofField.fields).toMatchObject([{ coordinate: 'User.name', requests: 2 }]);
    const { stdout } = await usageCommand(usageUrl(gateway), '--since', '1d');
    expect(stdout).toMatch(/web +1\.2 +Me +query +2 +0/);
    const numbers = await metricsOf(gateway);
    expect(numbers).toContain('client_requests_total{client="web",version="1.2"} 2');
    expect(numbers).toContain('client_errors_total{client="ios",version=""} 1');
    expect(numbers).toContain('deprecated_use_total{coordinate="Query.old"} 1');
  });

  test('counts who joins the answer of another, batches, sockets and subscriptions', async () => {
    await using gateway = await startGateway({
      supergraph: { sdl: supergraph },
      config: {
        usage: { report, clientNameHeader: 'X-App' },
        server: { maxBatch: 5 },
      },
    });
    const { url } = gateway;
    const slow = ['one', 'two', 'three'].map((app) =>
      ask(url, { query: 'query Slow { slow }' }, { 'x-app': app }),
    );
    await until('the subgraph is asked', () => subgraph.received.length > 0);
    release();
    await Promise.all(slow);
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-app': 'batcher' },
      body: JSON.stringify([{ query: '{ old }' }, { query: '{ old }' }]),
    });
    const socket = createClient({
      url: url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { 'x-app': 'live' },
    });
    for await (const _ of socket.iterate({ query: 'query OverSocket { old }' }));
    const ticks = socket.iterate({ query: 'subscription Ticks { ticks }' });
    void ticks.next().catch(() => undefined);
    const shown = await until('the subscription is counted', async () => {
      const now = await usageOf(usageUrl(gateway));
      return now.operations.some(({ kind }) => kind === 'subscription') && now;
    });
    await socket.dispose();
    const counts = shown.operations.map((one) => `${one.client} ${one.operation} ${one.requests}`);
    expect(counts.sort()).toEqual([
      'batcher (anonymous) 2',
      'live OverSocket 1',
      'live Ticks 1',
      'one Slow 1',
      'three Slow 1',
      'two Slow 1',
    ]);
  });

  test('shows nothing without the key, and nothing at all where it is not configured', async () => {
    await using gateway = await start();
    const refused = await fetch(usageUrl(gateway), { headers: { authorization: 'wrong' } });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    await using closed = await start({ report: undefined });
    const { code, stderr } = await usageCommand(usageUrl(closed));
    expect(code).toBe(1);
    expect(stderr).toContain('configure usage.report');
    await using silent = await start({ isCounted: false });
    await ask(silent.url, { query: '{ old }' }, by('web'));
    expect(await metricsOf(silent)).not.toContain('client_requests_total');
  });

  test('goes on after a restart with what its file holds, which the command reads, too', async () => {
    const file = join(folder, 'usage.json');
    {
      await using first = await start({ file });
      await ask(first.url, { query: '{ old }' }, by('web'));
    }
    expect((await usageOf(file)).operations).toMatchObject([{ client: 'web', requests: 1 }]);
    await using second = await start({ file });
    await ask(second.url, { query: '{ old }' }, by('web'));
    expect((await usageOf(usageUrl(second))).operations).toMatchObject([
      { client: 'web', requests: 2 },
    ]);
  });

  test('begins anew beside a file that cannot be read', async () => {
    const file = join(folder, 'usage.json');
    await writeFile(file, '{"version":1,"clients":[');
    await using gateway = await start({ file });
    await ask(gateway.url, { query: '{ old }' }, by('web'));
    expect((await usageOf(usageUrl(gateway))).operations).toMatchObject([{ requests: 1 }]);
    expect(await readFile(`${file}.unreadable`, 'utf8')).toContain('clients');
  });

  test('tells of all gateways on a Redis, those that are gone included, each request once', async () => {
    await using redis = await startRedis();
    if (redis === undefined) return;
    const saveMs = 200;
    {
      await using gone = await start({ saveMs }, redis.url);
      await ask(gone.url, { query: '{ old }' }, by('web'));
    }
    await using one = await start({ saveMs }, redis.url);
    await using two = await start({ saveMs }, redis.url);
    await ask(one.url, { query: '{ old }' }, by('web'));
    await ask(two.url, { query: '{ old }' }, by('ios'));
    const told = async (gateway: TestGateway): Promise<string[]> =>
      (await usageOf(usageUrl(gateway))).operations.map(
        (each) => `${each.client} ${each.requests}`,
      );
    await until('one is heard', async () => (await told(two)).includes('web 2'));
    await until('two is heard', async () => (await told(one)).includes('ios 1'));
    expect(
      await until('one is heard', async () => (await told(two)).length === 2 && told(two)),
    ).toEqual(['web 2', 'ios 1']);
    await redis.stop();
    expect(await told(one)).toEqual(['web 1']);
  });
});
