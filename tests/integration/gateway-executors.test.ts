import { describe, expect, it } from 'vitest';

import type { GatewayOptions } from '../../gateway/create-gateway.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { createMetrics, type Metrics } from '../../kernel/telemetry.ts';
import { recordingLog } from '../support/log.ts';
import { until } from '../support/until.ts';

const usersSdl = `
  type Query { user(id: ID!): User now: Int broken: Int @tag(name: "x") }
  type Mutation { rename(id: ID!): User }
  type User @key(fields: "id") { id: ID! name: String mail: String }`;
const ordersSdl =
  'type User @key(fields: "id") { id: ID! orders(over: Int): [Order!] } type Order { total: Int }';

interface World extends AsyncDisposable {
  readonly users: SubgraphServer;
  readonly orders: SubgraphServer;
  readonly sdl: string;
}

/** Users and their orders; `now` is another number each time. */
async function startWorld(extra = ''): Promise<World> {
  let ticks = 0;
  const usersText = `${usersSdl} ${extra}`;
  const users = await startSubgraph(usersText, {
    Query: {
      user: (_, { id }) => ({ id, name: `User ${String(id)}`, mail: 'm' }),
      now: () => (ticks += 1),
      broken: () => {
        throw new Error('broken');
      },
    },
    Mutation: { rename: (_, { id }) => ({ id, name: 'new' }) },
    User: { __resolveReference: ({ id }) => ({ id, name: `User ${String(id)}` }) },
  });
  const orders = await startSubgraph(ordersSdl, {
    User: {
      __resolveReference: (reference) => reference,
      orders: () => [{ total: 3 }],
    },
  });
  const sdl = compose([
    { name: 'users', sdl: usersText, url: users.url },
    { name: 'orders', sdl: ordersSdl, url: orders.url },
  ]);
  return {
    users,
    orders,
    sdl,
    [Symbol.asyncDispose]: async () => {
      await users[Symbol.asyncDispose]();
      await orders[Symbol.asyncDispose]();
    },
  };
}

type Settings = Partial<Pick<GatewayOptions, 'metrics' | 'log' | 'plugins'>>;

function start(sdl: string, execution: object, settings: Settings = {}): Promise<TestGateway> {
  const config = { execution: { isInboundShared: false, isOutboundShared: false, ...execution } };
  return startGateway({ supergraph: { sdl }, config, ...settings });
}

const comparing = { executor: 'compare', compare: { share: 1 } };

async function counted(metrics: Metrics, outcome: string): Promise<number> {
  const text = await metrics.text();
  const line = new RegExp(`operandi_gateway_compared_total\\{outcome="${outcome}"\\} (\\d+)`);
  return Number(line.exec(text)?.[1] ?? 0);
}

/** Answers the gateway, and lets the comparison hang; gives how many have asked. */
function hangAfterFirst(subgraph: SubgraphServer): () => number {
  let seen = 0;
  subgraph.intercept = (_, response) => {
    seen += 1;
    if (seen === 1) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"data":{"now":7}}');
    }
    return true;
  };
  return () => seen;
}

describe('the executor of ApolloGateway', () => {
  it('answers queries and mutations as ours does', async () => {
    await using world = await startWorld();
    await using apollo = await start(world.sdl, { executor: 'apollo' });
    await using ours = await start(world.sdl, {});
    const requests = [
      { query: '{ user(id: 1) { name orders { total } mail } }' },
      { query: 'query($id: ID!) { user(id: $id) { id } }', variables: { id: 'x' } },
      { query: 'mutation { rename(id: 2) { name orders { total } } }' },
      { query: '{ broken user(id: 1) { id } }' },
      { query: '{ none }' },
      { query: 'query($id: ID!) { user(id: $id) { id } }' },
      { query: '{ user(id: 1) { id ... @defer { orders { total } } } }' },
    ];
    for (const request of requests) {
      const [one, other] = [await ask(apollo.url, request), await ask(ours.url, request)];
      expect([one.status, one.body]).toEqual([other.status, other.body]);
    }
    const twice = '{ a: user(id: 1) { orders { total } } b: user(id: 1) { orders { total } } }';
    world.orders.received.length = 0;
    await ask(apollo.url, { query: twice });
    // Ours asks once.
    expect(world.orders.received).toHaveLength(2);
  });

  it('names the subgraph that fails', async () => {
    await using world = await startWorld();
    world.orders.intercept = (_, response) => {
      response.writeHead(503).end('away');
      return true;
    };
    await using apollo = await start(world.sdl, { executor: 'apollo' });
    const { body } = await ask(apollo.url, { query: '{ user(id: 1) { name orders { total } } }' });
    expect(body).toMatchObject({
      data: { user: { name: 'User 1', orders: null } },
      errors: [{ extensions: { code: 'SUBGRAPH_FAILED', service: 'orders' } }],
    });
  });

  it('cannot be chosen for a supergraph that it refuses', async () => {
    await using world = await startWorld('extend type User { secret: Int @authenticated }');
    await expect(start(world.sdl, { executor: 'apollo' })).rejects.toThrow(
      /@apollo\/gateway refuses this supergraph, use --executor operandi/,
    );
  });
});

describe('a comparison of executors', () => {
  it('finds answers alike without a word', async () => {
    await using world = await startWorld();
    const metrics = createMetrics();
    const { log, lines } = recordingLog();
    await using gateway = await start(world.sdl, comparing, { metrics, log });
    const query = '{ user(id: 1) { name orders(over: 1) { total } } }';
    const { body } = await ask(gateway.url, { query });
    expect(body).toEqual({ data: { user: { name: 'User 1', orders: [{ total: 3 }] } } });
    await until('compared', async () => (await counted(metrics, 'same')) === 1);
    expect(lines.filter((line) => line.includes('differently'))).toEqual([]);
  });

  it('counts what differs and logs an operation without values that shows it', async () => {
    await using world = await startWorld();
    const metrics = createMetrics();
    const { log, lines } = recordingLog();
    await using gateway = await start(world.sdl, comparing, { metrics, log });
    const query =
      'query Home($id: ID!) { time: now user(id: $id) { name } other: user(id: "Zoltan") { id } }';
    const request = { query, variables: { id: 'Quentin' } };
    const { body } = await ask(gateway.url, request);
    expect(body['data']).toMatchObject({ time: 1 });
    await ask(gateway.url, request);
    await until('compared', async () => (await counted(metrics, 'different')) === 2);
    expect(await metrics.text()).toContain('operandi_gateway_differences_total{kind="value"} 2');
    const said = lines.filter((line) => line.includes('executors answer differently'));
    expect(said).toHaveLength(1);
    const { operation, differences } = JSON.parse(said[0] ?? '') as Record<string, unknown>;
    expect(String(operation).replaceAll(/\s+/g, ' ')).toBe('query Home { time: now }');
    expect(differences).toEqual(['value time']);
    expect(said.join()).not.toMatch(/Zoltan|Quentin/);
  });

  it('runs neither mutations nor deferred or introspecting queries again', async () => {
    await using world = await startWorld();
    const metrics = createMetrics();
    await using gateway = await start(world.sdl, comparing, { metrics });
    await ask(gateway.url, { query: 'mutation { rename(id: 1) { name } }' });
    await ask(gateway.url, { query: '{ __schema { queryType { name } } }' });
    await ask(gateway.url, { query: '{ user(id: 1) { id } }' });
    await until('compared', async () => (await counted(metrics, 'same')) === 1);
    const renamed = world.users.received.filter(({ query }) => query.includes('rename'));
    expect(renamed).toHaveLength(1);
    expect(await counted(metrics, 'refused')).toBe(1);
  });

  it('says that a supergraph cannot be compared, and serves it', async () => {
    await using world = await startWorld('extend type User { secret: Int @authenticated }');
    const metrics = createMetrics();
    const { log, lines } = recordingLog();
    await using gateway = await start(world.sdl, comparing, { metrics, log });
    const { body } = await ask(gateway.url, { query: '{ user(id: 1) { id } }' });
    expect(body).toEqual({ data: { user: { id: '1' } } });
    expect(await counted(metrics, 'refused')).toBe(1);
    expect(lines.filter((line) => line.includes('refuses this supergraph'))).toHaveLength(1);
  });

  it('is given up when it takes too long, and no client hears of it', async () => {
    await using world = await startWorld();
    const metrics = createMetrics();
    hangAfterFirst(world.users);
    const execution = { ...comparing, compare: { share: 1, timeoutMs: 100 } };
    await using gateway = await start(world.sdl, execution, { metrics });
    expect((await ask(gateway.url, { query: '{ now }' })).body).toEqual({ data: { now: 7 } });
    await until('given up', async () => (await counted(metrics, 'failed')) === 1);
    world.users.intercept = undefined;
    expect((await ask(gateway.url, { query: '{ now }' })).body).toEqual({ data: { now: 1 } });
  });

  it('does not wait for others that are under way', async () => {
    await using world = await startWorld();
    const metrics = createMetrics();
    const seen = hangAfterFirst(world.users);
    const execution = {
      ...comparing,
      compare: { share: 1, maxConcurrent: 1, timeoutMs: 3_600_000 },
    };
    await using gateway = await start(world.sdl, execution, { metrics });
    await ask(gateway.url, { query: '{ now }' });
    await until('asked a second time', () => seen() === 2);
    world.users.intercept = undefined;
    expect((await ask(gateway.url, { query: '{ now }' })).body).toEqual({ data: { now: 1 } });
    expect(await counted(metrics, 'skipped')).toBe(1);
  });

  it('looks at no more than its share', async () => {
    await using world = await startWorld();
    const metrics = createMetrics();
    const execution = { ...comparing, compare: { share: 0 } };
    await using gateway = await start(world.sdl, execution, { metrics });
    await ask(gateway.url, { query: '{ now }' });
    expect(world.users.received).toHaveLength(1);
    expect(await metrics.text()).not.toContain('compared_total{');
  });
});
