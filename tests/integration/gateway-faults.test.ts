import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Identity } from '../../gateway/admit/identity.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import type { JsonValue } from '../../kernel/json.ts';

const shopSdl = `
  type Query { products(first: Int = 2): [Product!]! strict: Strict secret: String @authenticated
    billing: String @requiresScopes(scopes: [["billing:read"], ["admin"]]) page(first: Int!): [Product] @listSize(slicingArguments: ["first"]) }
  type Mutation { bump(by: Int!): Int! }
  type Product @key(fields: "id") { id: ID! name: String }
  type Strict @key(fields: "id") { id: ID! }`;
const reviewsSdl = `
  type Product @key(fields: "id") { id: ID! reviews: [String!] rating: Float }
  type Strict @key(fields: "id") { id: ID! must: String! }`;

let shop: SubgraphServer;
let reviews: SubgraphServer;
let bumped: number[];
const supergraph = () => ({
  sdl: compose([
    { name: 'shop', url: shop.url, sdl: shopSdl },
    { name: 'reviews', url: reviews.url, sdl: reviewsSdl },
  ]),
});

beforeEach(async () => {
  bumped = [];
  shop = await startSubgraph(shopSdl, {
    Query: {
      products: (_, { first }) =>
        Array.from({ length: Number(first) }, (_item, id) => ({ id, name: `p${id}` })),
      page: () => [{ id: 1 }],
      strict: () => ({ id: 1 }),
      secret: () => 'hush',
      billing: () => 'paid',
    },
    Mutation: {
      bump: async (_, { by }) => {
        await Promise.resolve();
        bumped.push(Number(by));
        return bumped.length;
      },
    },
  });
  reviews = await startSubgraph(reviewsSdl, {
    Product: {
      __resolveReference: (reference) => reference,
      reviews: ({ id }) => (id === '1' ? Promise.reject(new Error('bad review')) : ['fine']),
      rating: () => 4.5,
    },
    Strict: {
      __resolveReference: (reference) => reference,
      must: () => Promise.reject(new Error('gone')),
    },
  });
});
afterEach(async () => {
  await shop[Symbol.asyncDispose]();
  await reviews[Symbol.asyncDispose]();
});

test('puts an error of one entity at the path of each place where the entity stands', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const { body } = await ask(gateway.url, {
    query: '{ all: products { r: reviews } again: products { id reviews } }',
  });
  expect(body['data']).toEqual({
    all: [{ r: ['fine'] }, { r: null }],
    again: [
      { id: '0', reviews: ['fine'] },
      { id: '1', reviews: null },
    ],
  });
  expect(body['errors']).toMatchObject([
    { message: 'bad review', path: ['all', 1, 'r'], extensions: { service: 'reviews' } },
    { message: 'bad review', path: ['again', 1, 'reviews'] },
  ]);
});

test('attack 18: lets a null climb to the nearest nullable field without a second error', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const { body } = await ask(gateway.url, { query: '{ strict { id must } }' });
  expect(body['data']).toEqual({ strict: null });
  expect(body['errors']).toMatchObject([{ message: 'gone', path: ['strict', 'must'] }]);
});

test('answers what it has, and names each missing field, when a subgraph is down', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  await reviews[Symbol.asyncDispose]();
  const { status, body } = await ask(gateway.url, { query: '{ products { id rating } }' });
  expect(status).toBe(200);
  expect(body['data']).toEqual({
    products: [
      { id: '0', rating: null },
      { id: '1', rating: null },
    ],
  });
  expect(body['errors']).toMatchObject([
    {
      path: ['products', 0, 'rating'],
      extensions: { code: 'SUBGRAPH_FAILED', service: 'reviews' },
    },
    { path: ['products', 1, 'rating'], extensions: { code: 'SUBGRAPH_FAILED' } },
  ]);
});

test('keeps the words of subgraphs inside when told to', async () => {
  const config = { errors: { isMaskingSubgraphs: true } };
  await using gateway = await startGateway({ supergraph: supergraph(), config });
  const { body } = await ask(gateway.url, { query: '{ products { reviews } }' });
  expect(JSON.stringify(body)).not.toContain('bad review');
  expect(body['errors']).toMatchObject([{ path: ['products', 1, 'reviews'] }]);
});

test('shows the words of one subgraph when only those of others are to stay inside', async () => {
  const config = {
    errors: { isMaskingSubgraphs: true },
    subgraphs: { reviews: { isMaskingErrors: false } },
  };
  await using gateway = await startGateway({ supergraph: supergraph(), config });
  const { body } = await ask(gateway.url, { query: '{ products { reviews } }' });
  expect(JSON.stringify(body)).toContain('bad review');
});

test('gives up on a subgraph at its deadline and says so', async () => {
  reviews.intercept = () => true;
  await using gateway = await startGateway({
    supergraph: supergraph(),
    config: { subgraphs: { reviews: { timeoutMs: 60, retries: 0 } } },
  });
  const { body } = await ask(gateway.url, { query: '{ products(first: 1) { rating } }' });
  expect(body['errors']).toMatchObject([
    { path: ['products', 0, 'rating'], extensions: { code: 'SUBGRAPH_TIMEOUT' } },
  ]);
});

test('sends a query again after a broken connection, but never a mutation', async () => {
  let broken = 0;
  shop.intercept = (request) => {
    if (broken++ > 0) return false;
    request.socket.destroy();
    return true;
  };
  await using gateway = await startGateway({ supergraph: supergraph() });
  expect((await ask(gateway.url, { query: '{ products { id } }' })).body['errors']).toBeUndefined();
  broken = 0;
  const { body } = await ask(gateway.url, { query: 'mutation { bump(by: 1) }' });
  expect(body['errors']).toMatchObject([{ extensions: { code: 'SUBGRAPH_FAILED' } }]);
  expect(bumped).toEqual([]);
});

test('leaves a failing subgraph alone for a while', async () => {
  let asked = 0;
  reviews.intercept = (_, response) => {
    asked++;
    response.writeHead(503);
    response.end();
    return true;
  };
  const breaker = { minimumRps: 1, windowMs: 1000, failureRatio: 0.5 };
  await using gateway = await startGateway({
    supergraph: supergraph(),
    config: { subgraph: { breaker, retries: 0 } },
  });
  for (let round = 0; round < 10; round++) {
    await ask(gateway.url, { query: `{ products(first: ${round + 1}) { rating } }` });
  }
  expect(asked).toBeLessThan(10);
});

test('runs the fields of a mutation one after another', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const { body } = await ask(gateway.url, {
    query: 'mutation { a: bump(by: 3) b: bump(by: 1) c: bump(by: 2) }',
  });
  expect(body['data']).toEqual({ a: 1, b: 2, c: 3 });
  expect(bumped).toEqual([3, 1, 2]);
});

test('asks once for equal queries that overlap, and again after each mutation', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  await ask(gateway.url, { query: '{ products { id } }' });
  shop.received.length = 0;
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => ask(gateway.url, { query: '{ products { id } }' })),
  );
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(shop.received.length).toBeLessThan(20);
});

test('carries headers by rule only, and never those that vouch for a caller', async () => {
  await using gateway = await startGateway({
    supergraph: supergraph(),
    config: {
      headers: {
        request: {
          all: [
            { propagate: 'x-trace' },
            { propagateMatching: 'x-.*' },
            { insert: 'x-from', value: 'gateway' },
          ],
        },
      },
    },
  });
  const headers = { 'x-trace': 't1', 'x-operandi-actor': 'forged', cookie: 'a=b' };
  await ask(gateway.url, { query: '{ products { id } }' }, headers);
  const received = shop.received[0]?.headers;
  expect(received).toMatchObject({ 'x-trace': 't1', 'x-from': 'gateway' });
  expect(received?.['x-operandi-actor']).toBeUndefined();
  expect(received?.cookie).toBeUndefined();
});

test('leaves out fields a caller may not read and answers the rest', async () => {
  const identity = (scopes: readonly string[]): Identity => ({
    key: scopes.join(),
    scopes,
    isAuthenticated: true,
    headers: () => Promise.resolve({}),
  });
  await using open = await startGateway({ supergraph: supergraph() });
  const query = '{ products(first: 1) { id } secret billing }';
  const nobody = await ask(open.url, { query });
  expect(nobody.body['data']).toEqual({ products: [{ id: '0' }], secret: null, billing: null });
  expect(nobody.body['errors']).toMatchObject([
    { path: ['secret'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
    { path: ['billing'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
  ]);
  await using known = await startGateway({
    supergraph: supergraph(),
    authenticate: ({ authorization = '' }) => Promise.resolve(identity(authorization.split(' '))),
  });
  const clerk = await ask(known.url, { query }, { authorization: 'nothing' });
  expect(clerk.body['data']).toMatchObject({ secret: 'hush', billing: null });
  const admin = await ask(known.url, { query }, { authorization: 'admin' });
  expect(admin.body).toEqual({
    data: { products: [{ id: '0' }], secret: 'hush', billing: 'paid' },
  });
});

test.each([
  {
    limit: 'depth',
    config: { limits: { maxDepth: 1 } },
    query: '{ products { id } }',
    code: 'LIMIT_EXCEEDED',
  },
  {
    limit: 'alias',
    config: { limits: { maxAliases: 1 } },
    query: '{ a: secret b: secret }',
    code: 'LIMIT_EXCEEDED',
  },
  {
    limit: 'token',
    config: { limits: { maxTokens: 5 } },
    query: '{ products { id name } }',
    code: 'LIMIT_EXCEEDED',
  },
  {
    limit: 'cost',
    config: { limits: { maxCost: 50 } },
    query: '{ page(first: 51) { id } }',
    code: 'COST_EXCEEDED',
  },
  {
    limit: 'trust',
    config: { persisted: { trusted: 'enforce' } },
    query: '{ products { id } }',
    code: 'TRUSTED_DOCUMENT_REQUIRED',
  },
])(
  'refuses an operation beyond its $limit limit with 400 and a code',
  async ({ config, query, code }) => {
    await using gateway = await startGateway({ supergraph: supergraph(), config });
    const { status, body } = await ask(gateway.url, { query });
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([{ extensions: { code } }]);
    expect(shop.received).toEqual([]);
  },
);

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
])('reads an answer that comes as %s, up to the size that is allowed', async (encoding, pack) => {
  const config = { subgraph: { maxResponseBytes: 10_000 } };
  await using gateway = await startGateway({ supergraph: supergraph(), config });
  let text = '{"data":{"strict":{"id":"1"}}}';
  shop.intercept = (_, response) => {
    response.writeHead(200, { 'content-encoding': encoding });
    response.end(pack(text));
    return true;
  };
  const query = '{ strict { id } }';
  expect((await ask(gateway.url, { query })).body).toEqual({ data: { strict: { id: '1' } } });
  text += ' '.repeat(20_000);
  const { body } = await ask(gateway.url, { query });
  expect(body).toMatchObject({
    data: { strict: null },
    errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
  });
});

test('takes no prototype from a subgraph', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  shop.intercept = (_, response) => {
    response.end('{"data":{"__proto__":{"stained":1},"strict":{"__typename":"Strict","id":"1"}}}');
    return true;
  };
  reviews.intercept = (_, response) => {
    response.end('{"data":{"_entities":[{"__proto__":{"stained":1},"must":"be"}]}}');
    return true;
  };
  const { body } = await ask(gateway.url, { query: '{ strict { id must } }' });
  expect(body).toEqual({ data: { strict: { id: '1', must: 'be' } } });
  expect('stained' in {}).toBe(false);
});

test.each([
  ['fields', { query: `{${'a{'.repeat(6_000)}a${'}'.repeat(6_001)}` }],
  ['values', { query: `{ products(first: ${'['.repeat(6_000)}${']'.repeat(6_000)}) { id } }` }],
  [
    'variables',
    {
      query: 'query($first: Int) { products(first: $first) { id } }',
      variables: { first: Array.from({ length: 501 }).reduce<JsonValue>((inner) => [inner], 1) },
    },
  ],
])('refuses %s that are nested too deeply', async (_, request) => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const { status, body } = await ask(gateway.url, request);
  expect(status).toBe(400);
  expect(body['errors']).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
});

test('names every fault of short variables, and the first of long ones briefly', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const query =
    'query($a: Int!, $b: Int!) { x: products(first: $a) { id } y: products(first: $b) { id } }';
  const short = await ask(gateway.url, { query, variables: {} });
  expect(short.body['errors']).toHaveLength(2);
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`x${index}`, 1]));
  const long = await ask(gateway.url, { query, variables: { a: many, b: many } });
  expect(long.body['errors']).toHaveLength(1);
  expect(JSON.stringify(long.body).length).toBeLessThan(2_000);
});

test('counts requests and shows what is left', async () => {
  await using gateway = await startGateway({
    supergraph: supergraph(),
    config: { rateLimit: { requestsPerKey: 2 } },
  });
  const query = '{ products { id } }';
  const first = await ask(gateway.url, { query });
  expect(first.headers.get('ratelimit-remaining')).toBe('1');
  expect(first.body['extensions']).toMatchObject({ cost: { requested: 10 } });
  await ask(gateway.url, { query });
  const third = await ask(gateway.url, { query });
  expect(third.status).toBe(429);
  expect(third.headers.get('retry-after')).not.toBeNull();
});

test('replaces the supergraph without dropping a request', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'operandi-supergraph-'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, supergraph().sdl);
  await using gateway = await startGateway({ supergraph: { file } });
  const wider = shopSdl.replace('name: String', 'name: String extra: Int');
  const next = compose([
    { name: 'shop', url: shop.url, sdl: wider },
    { name: 'reviews', url: reviews.url, sdl: reviewsSdl },
  ]);
  await writeFile(`${file}.new`, next);
  const load = async (): Promise<readonly unknown[]> => {
    const seen: unknown[] = [];
    const deadline = AbortSignal.timeout(15_000);
    while (!deadline.aborted) {
      const { body } = await ask(gateway.url, { query: '{ products { id rating } }' });
      seen.push(body['errors']);
      const probe = await ask(gateway.url, {
        query: '{ __type(name: "Product") { fields { name } } }',
      });
      if (JSON.stringify(probe.body).includes('extra')) break;
    }
    return seen;
  };
  const running = load();
  await rename(`${file}.new`, file);
  const seen = await running;
  expect(seen.every((errors) => errors === undefined)).toBe(true);
  const { body } = await ask(gateway.url, {
    query: '{ __type(name: "Product") { fields { name } } }',
  });
  expect(JSON.stringify(body)).toContain('extra');
  await rm(folder, { recursive: true });
});
