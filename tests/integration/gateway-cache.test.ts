import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { parse } from 'graphql';
import { composeServices } from '@apollo/composition';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Identity } from '../../gateway/admit/identity.ts';
import { AppError } from '../../kernel/errors.ts';
import { type JsonObject, type JsonValue } from '../../kernel/json.ts';
import {
  ask,
  startGateway,
  type TestAnswer,
  type TestGateway,
} from '../../gateway/testing/start-gateway.ts';
import { until } from '../support/until.ts';

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@cacheTag", "@composeDirective", "@external", "@requires"])
  @link(url: "https://specs.test/cacheControl/v0.1", import: ["@cacheControl"])
  @composeDirective(name: "@cacheControl")
directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
enum CacheControlScope { PUBLIC PRIVATE }`;

const catalogue = `${link}
type Query {
  product(id: ID!): Product @cacheTag(format: "product-{$args.id}")
  products: [Product!]!
  me: Me
  hinted: Int @cacheControl(maxAge: 60)
  secretly: Int @cacheControl(maxAge: 60, scope: PRIVATE)
}
type Mutation { touch: Int }
type Me { name: String }
type Product @key(fields: "id") { id: ID! name: String }`;

const stock = `${link}
type Query { stockOf: Int }
type Product @key(fields: "id") @cacheTag(format: "stock-{$key.id}") { id: ID! count: Int price(currency: String): Int }`;

/** One request to a subgraph. */
interface Asked {
  readonly query: string;
  readonly variables: { readonly representations?: readonly JsonObject[] };
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

interface Reply {
  readonly body: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
}

/** A subgraph on a socket of which a test says what it answers. */
interface Scripted extends AsyncDisposable {
  readonly url: string;
  readonly asked: Asked[];
  reply: (asked: Asked) => Reply | Promise<Reply>;
}

/** Fields with arguments are asked for under names that the gateway gives. */
function underAliases(body: string, query: string): string {
  const aliases = query.matchAll(/(\w+) ?: ?(product|price)\b/g);
  return [...aliases].reduce(
    (text, [, alias = '', field = '']) => text.replaceAll(`"${field}":`, `"${alias}":`),
    body,
  );
}

async function startScripted(): Promise<Scripted> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Omit<Asked, 'headers'>;
      const one = { ...body, headers: request.headers };
      asked.push(one);
      void Promise.resolve(scripted.reply(one)).then(({ body: answer, headers, status = 200 }) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(underAliases(JSON.stringify(answer), one.query));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const scripted: Scripted = {
    url: `http://127.0.0.1:${port}/graphql`,
    asked,
    reply: () => ({ body: { data: null } }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return scripted;
}

const open = { 'cache-control': 'public, max-age=60' };
const key = 'a-key-for-invalidation';
let stack: AsyncDisposableStack;
let shop: Scripted;
let store: Scripted;
let supergraph: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  shop = stack.use(await startScripted());
  store = stack.use(await startScripted());
  const { supergraphSdl, errors } = composeServices([
    { name: 'shop', url: shop.url, typeDefs: parse(catalogue) },
    { name: 'store', url: store.url, typeDefs: parse(stock) },
  ]);
  if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
  supergraph = supergraphSdl;
  shop.reply = answerShop;
  store.reply = (asked) => ({ body: { data: { _entities: countsOf(asked) } }, headers: open });
});
afterEach(() => stack.disposeAsync());

function answerShop({ query }: Asked): Reply {
  if (query.includes('products')) {
    const products = ['1', '2', '3'].map((id) => ({ __typename: 'Product', id }));
    return { body: { data: { products } }, headers: open };
  }
  const product = { __typename: 'Product', id: '1', name: `name ${shop.asked.length}` };
  return { body: { data: { product } }, headers: open };
}

const countsOf = ({ variables }: Asked): JsonValue[] =>
  (variables.representations ?? []).map(({ id }) => ({
    __typename: 'Product',
    count: Number(id) * 10,
  }));

async function start(
  cache: JsonObject = {},
  more: Omit<Partial<Parameters<typeof startGateway>[0]>, 'config' | 'supergraph'> & {
    readonly config?: JsonObject;
  } = {},
): Promise<TestGateway> {
  return stack.use(
    await startGateway({
      supergraph: { sdl: supergraph },
      ...more,
      config: {
        server: { drainMs: 100 },
        ...more.config,
        cache: { isEnabled: true, invalidation: { sharedKey: key }, ...cache },
      },
    }),
  );
}

const product = { query: '{ product(id: 1) { name } }' };
const nameOf = ({ body }: TestAnswer): unknown =>
  (body as { data: { product: { name: string } | null } }).data.product?.name;

/** Callers by the token they send, as an issuer would know them. */
const authenticate = ({
  authorization,
}: {
  readonly authorization?: string;
}): Promise<Identity> => {
  const token = authorization?.replace('Bearer ', '');
  if (token === undefined) {
    return Promise.resolve({
      key: 'nobody',
      isAuthenticated: false,
      headers: () => Promise.resolve({}),
    });
  }
  const [sub = '', tenantId = 'acme', iss = 'issuer'] = token.split('/');
  if (sub === '') throw new AppError('UNAUTHENTICATED', 'no');
  const claims = { sub, iss };
  return Promise.resolve({
    key: token,
    tenantId,
    claims,
    isAuthenticated: true,
    headers: () => Promise.resolve({}),
  });
};
const as = (token: string) => ({ authorization: `Bearer ${token}` });

async function invalidate(url: string, wish: JsonValue, authorization = key): Promise<Response> {
  return fetch(url.replace('/graphql', '/invalidation'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(wish),
  });
}

describe('root fields', () => {
  test('are asked for once while they are fresh, and the client is told how old they are', async () => {
    const { url } = await start();
    const first = await ask(url, product);
    const second = await ask(url, product);
    expect([nameOf(first), nameOf(second)]).toEqual(['name 1', 'name 1']);
    expect(shop.asked).toHaveLength(1);
    expect(first.headers.get('cache-control')).toMatch(/^max-age=\d+, public$/);
  });

  test('are asked for anew when they are older than they may be', async () => {
    shop.reply = () => ({
      body: { data: { product: { name: `name ${shop.asked.length}` } } },
      headers: { 'cache-control': 'public, max-age=60', age: '60' },
    });
    const { url } = await start();
    expect(nameOf(await ask(url, product))).toBe('name 1');
    const second = await ask(url, product);
    expect(nameOf(second)).toBe('name 2');
    expect(second.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['without a word about it', {}],
    ['with no-store', { 'cache-control': 'max-age=60, no-store' }],
    ['with no-cache', { 'cache-control': 'no-cache, max-age=60' }],
    ['with an age that is none', { 'cache-control': 'max-age=soon' }],
    ['with two ages of which one is none', { 'cache-control': 'max-age=60, max-age=0' }],
    ['with a cookie', { ...open, 'set-cookie': 'sid=1' }],
    ['that differ with anything', { ...open, vary: '*' }],
    ['for one visitor whom nobody knows', { 'cache-control': 'private, max-age=60' }],
  ])('are not kept %s', async (_, headers) => {
    shop.reply = () => ({ body: { data: { product: { name: `${shop.asked.length}` } } }, headers });
    const { url } = await start();
    await ask(url, product);
    expect(nameOf(await ask(url, product))).toBe('2');
  });

  test.each([
    ['with errors beside the data', 200, { errors: [{ message: 'no' }] }],
    ['with another status', 203, {}],
  ])('are not kept %s', async (_, status, more) => {
    shop.reply = () => ({
      status,
      body: { data: { product: { name: `${shop.asked.length}` } }, ...more },
      headers: open,
    });
    const { url } = await start();
    const first = await ask(url, product);
    if ('errors' in more) expect(first.headers.get('cache-control')).toBe('no-store');
    expect(nameOf(await ask(url, product))).toBe('2');
  });

  test('are kept apart by the values of their variables', async () => {
    shop.reply = ({ variables }) => ({
      body: { data: { product: { name: JSON.stringify(variables) } } },
      headers: open,
    });
    const { url } = await start();
    const query = 'query ($id: ID!) { product(id: $id) { name } }';
    const one = await ask(url, { query, variables: { id: '1' } });
    const two = await ask(url, { query, variables: { id: '2' } });
    expect(nameOf(one)).not.toBe(nameOf(two));
  });

  test('of a mutation are never kept', async () => {
    shop.reply = () => ({ body: { data: { touch: shop.asked.length } }, headers: open });
    const { url } = await start();
    await ask(url, { query: 'mutation { touch }' });
    expect((await ask(url, { query: 'mutation { touch }' })).body).toEqual({ data: { touch: 2 } });
  });

  test('follow @cacheControl where the subgraph says nothing', async () => {
    shop.reply = () => ({ body: { data: { hinted: shop.asked.length } } });
    const { url } = await start();
    await ask(url, { query: '{ hinted }' });
    expect((await ask(url, { query: '{ hinted }' })).body).toEqual({ data: { hinted: 1 } });
  });

  test('that the schema calls private are nobody else’s, although the subgraph calls them public', async () => {
    shop.reply = () => ({ body: { data: { secretly: shop.asked.length } }, headers: open });
    const { url } = await start({}, { authenticate });
    const query = { query: '{ secretly }' };
    expect((await ask(url, query, as('ann'))).body).toEqual({ data: { secretly: 1 } });
    expect((await ask(url, query, as('bob'))).body).toEqual({ data: { secretly: 2 } });
    const again = await ask(url, query, as('ann'));
    expect(again.body).toEqual({ data: { secretly: 1 } });
    expect(again.headers.get('cache-control')).toMatch(/private/);
  });

  test('that are asked by many at once go to the subgraph once', async () => {
    const held = Promise.withResolvers<undefined>();
    shop.reply = async (asked) => {
      await held.promise;
      return answerShop(asked);
    };
    const { url } = await start({}, { authenticate });
    const asking = Array.from({ length: 10 }, (_, n) => ask(url, product, as(`caller-${n}`)));
    await until('the subgraph is asked', () => shop.asked.length === 1);
    held.resolve(undefined);
    const answers = await Promise.all(asking);
    expect(new Set(answers.map(nameOf))).toEqual(new Set(['name 1']));
    expect(shop.asked).toHaveLength(1);
  });

  test('that turn out to be private go out for each who waited', async () => {
    const held = Promise.withResolvers<undefined>();
    shop.reply = async () => {
      const name = `${shop.asked.length}`;
      await held.promise;
      return {
        body: { data: { product: { name } } },
        headers: { 'cache-control': 'private, max-age=9' },
      };
    };
    const { url } = await start({}, { authenticate });
    const asking = ['ann', 'bob', 'eve'].map((name) => ask(url, product, as(name)));
    await until('the subgraph is asked', () => shop.asked.length >= 1);
    held.resolve(undefined);
    const answers = await Promise.all(asking);
    expect(new Set(answers.map(nameOf)).size).toBe(3);
  });
});

describe('nobody gets what was kept for another', () => {
  const rules = {
    headers: { request: { all: [{ propagate: 'authorization' }, { propagate: 'x-region' }] } },
  };
  const echo =
    (header: string) =>
    ({ headers }: Asked): Reply => ({
      body: { data: { product: { name: `${String(headers[header])} ${shop.asked.length}` } } },
      headers: open,
    });

  test('of another forwarded header', async () => {
    shop.reply = echo('x-region');
    const { url } = await start({}, { config: rules });
    expect(nameOf(await ask(url, product, { 'x-region': 'eu' }))).toBe('eu 1');
    expect(nameOf(await ask(url, product, { 'x-region': 'us' }))).toBe('us 2');
    expect(nameOf(await ask(url, product, { 'x-region': 'eu' }))).toBe('eu 1');
  });

  test('of another token that the subgraph sees', async () => {
    shop.reply = echo('authorization');
    const { url } = await start({}, { config: rules, authenticate });
    expect(nameOf(await ask(url, product, as('ann')))).toBe('Bearer ann 1');
    expect(nameOf(await ask(url, product, as('bob')))).toBe('Bearer bob 2');
  });

  test('of another tenant, although nothing else differs', async () => {
    const { url } = await start({}, { authenticate });
    expect(nameOf(await ask(url, product, as('ann/acme')))).toBe('name 1');
    expect(nameOf(await ask(url, product, as('bob/acme')))).toBe('name 1');
    expect(nameOf(await ask(url, product, as('ann/evil')))).toBe('name 2');
  });

  test('of a subject of the same name at another issuer', async () => {
    shop.reply = () => ({
      body: { data: { product: { name: `${shop.asked.length}` } } },
      headers: { 'cache-control': 'private, max-age=60' },
    });
    const { url } = await start({}, { authenticate });
    expect(nameOf(await ask(url, product, as('ann/acme/one')))).toBe('1');
    expect(nameOf(await ask(url, product, as('ann/acme/two')))).toBe('2');
    expect(nameOf(await ask(url, product, as('ann/acme/one')))).toBe('1');
  });

  test('where plugins may have made of the request what they like', async () => {
    const plugin = {
      name: 'signs',
      onSubgraphRequest: <R extends { readonly headers: object }>(
        { request }: { readonly request: { readonly headers: Readonly<Record<string, string>> } },
        upstream: R,
      ): R => ({
        ...upstream,
        headers: { ...upstream.headers, 'x-signed': request.headers['x-user'] ?? '' },
      }),
    };
    shop.reply = echo('x-signed');
    const { url } = await start({}, { plugins: [plugin] });
    expect(nameOf(await ask(url, product, { 'x-user': 'ann' }))).toBe('ann 1');
    expect(nameOf(await ask(url, product, { 'x-user': 'bob' }))).toBe('bob 2');
  });

  test('where a header is ignored and the answer does not say that it is public', async () => {
    shop.reply = ({ headers }) => ({
      body: { data: { product: { name: String(headers['authorization']) } } },
      headers: { 'cache-control': 'max-age=60' },
    });
    const { url } = await start(
      { ignoredHeaders: ['Authorization'] },
      { config: rules, authenticate },
    );
    expect(nameOf(await ask(url, product, as('ann')))).toBe('Bearer ann');
    expect(nameOf(await ask(url, product, as('bob')))).toBe('Bearer bob');
  });

  test('and what says that it is public, in spite of a header that is ignored, is for all of a tenant', async () => {
    shop.reply = echo('authorization');
    const { url } = await start(
      { ignoredHeaders: ['authorization'] },
      { config: rules, authenticate },
    );
    expect(nameOf(await ask(url, product, as('ann')))).toBe('Bearer ann 1');
    expect(nameOf(await ask(url, product, as('bob')))).toBe('Bearer ann 1');
  });

  test('where an ignored header is named in vary', async () => {
    shop.reply = (asked) => ({
      ...echo('authorization')(asked),
      headers: { ...open, vary: 'Authorization' },
    });
    const { url } = await start(
      { ignoredHeaders: ['authorization'] },
      { config: rules, authenticate },
    );
    await ask(url, product, as('ann'));
    expect(nameOf(await ask(url, product, as('bob')))).toBe('Bearer bob 2');
  });
});

describe('entities', () => {
  const products = { query: '{ products { id count } }' };

  test('are asked for one by one: only those that are missing', async () => {
    const { url } = await start();
    const one = { query: '{ product(id: 1) { count } }' };
    expect((await ask(url, one)).body).toEqual({ data: { product: { count: 10 } } });
    expect((await ask(url, products)).body).toEqual({
      data: {
        products: [
          { id: '1', count: 10 },
          { id: '2', count: 20 },
          { id: '3', count: 30 },
        ],
      },
    });
    expect(
      store.asked.map(({ variables }) => variables.representations?.map(({ id }) => id)),
    ).toEqual([['1'], ['2', '3']]);
    expect((await ask(url, products)).body).toMatchObject({
      data: { products: [{ count: 10 }, {}, { count: 30 }] },
    });
    expect(store.asked).toHaveLength(2);
  });

  test('that were found are shown although the rest cannot be had', async () => {
    const { url } = await start();
    await ask(url, { query: '{ product(id: 1) { count } }' });
    store.reply = () => ({ status: 500, body: {} });
    const { body } = await ask(url, products);
    expect(body['data']).toEqual({
      products: [
        { id: '1', count: 10 },
        { id: '2', count: null },
        { id: '3', count: null },
      ],
    });
    expect(body['errors']).toHaveLength(2);
  });

  test('of an answer of the wrong number are not kept', async () => {
    const { url } = await start();
    store.reply = (asked) => ({
      body: { data: { _entities: countsOf(asked).slice(1) } },
      headers: open,
    });
    await ask(url, products);
    store.reply = (asked) => ({ body: { data: { _entities: countsOf(asked) } }, headers: open });
    expect((await ask(url, products)).body).toEqual({
      data: {
        products: [
          { id: '1', count: 10 },
          { id: '2', count: 20 },
          { id: '3', count: 30 },
        ],
      },
    });
  });

  test('with other arguments are others', async () => {
    store.reply = ({ query, variables }) => ({
      body: {
        data: {
          _entities: [
            { price: query.includes('EUR') || JSON.stringify(variables).includes('EUR') ? 1 : 2 },
          ],
        },
      },
      headers: open,
    });
    const { url } = await start();
    const query = 'query ($c: String) { product(id: 1) { price(currency: $c) } }';
    const euro = await ask(url, { query, variables: { c: 'EUR' } });
    const dollar = await ask(url, { query, variables: { c: 'USD' } });
    expect([euro.body, dollar.body]).toEqual([
      { data: { product: { price: 1 } } },
      { data: { product: { price: 2 } } },
    ]);
  });

  test('keep the digits of long numbers', async () => {
    shop.reply = () => ({
      body: { data: { product: { __typename: 'Product', id: '1', name: 'é\u2028' } } },
      headers: open,
    });
    const { url } = await start();
    await ask(url, product);
    expect(nameOf(await ask(url, product))).toBe('é\u2028');
  });
});

describe('what is to be forgotten', () => {
  test.each([
    ['a subgraph', { kind: 'subgraph', subgraph: 'shop' }],
    ['a type', { kind: 'type', subgraph: 'shop', type: 'Product' }],
    ['a tag', { kind: 'cache_tag', subgraphs: ['shop'], cache_tag: 'product-1' }],
  ])('is, by %s', async (_, wish) => {
    const { url } = await start();
    await ask(url, product);
    const response = await invalidate(url, [wish]);
    expect([response.status, await response.json()]).toEqual([202, { count: 1 }]);
    expect(nameOf(await ask(url, product))).toBe('name 2');
  });

  test.each([
    ['@cacheTag of the type', {}, {}, 'stock-2'],
    ['surrogate-key', { 'surrogate-key': 'black friday' }, {}, 'friday'],
    ['cache-tag', { 'cache-tag': 'black, friday' }, {}, 'friday'],
    ['extensions', {}, { apolloEntityCacheTags: [['a'], ['b'], ['c']] }, 'b'],
  ])('is, an entity by %s', async (...[, headers, extensions, tag]) => {
    store.reply = (asked) => ({
      body: { data: { _entities: countsOf(asked) }, extensions },
      headers: { ...open, ...headers },
    });
    const { url } = await start();
    await ask(url, { query: '{ products { count } }' });
    await invalidate(url, { kind: 'cache_tag', subgraphs: ['store'], cache_tag: tag });
    await ask(url, { query: '{ products { count } }' });
    const last = store.asked.at(-1)?.variables.representations?.map(({ id }) => id);
    expect(store.asked).toHaveLength(2);
    expect(last).toContain('2');
  });

  test('is not kept when it is on its way meanwhile', async () => {
    const held = Promise.withResolvers<undefined>();
    shop.reply = async (asked) => {
      const reply = answerShop(asked);
      if (shop.asked.length === 1) await held.promise;
      return reply;
    };
    const { url } = await start();
    const old = ask(url, product);
    await until('the subgraph is asked', () => shop.asked.length === 1);
    await invalidate(url, { kind: 'type', subgraph: 'shop', type: 'Product' });
    // Who asks after it does not join who asked before.
    expect(nameOf(await ask(url, product))).toBe('name 2');
    held.resolve(undefined);
    expect(nameOf(await old)).toBe('name 1');
    expect(nameOf(await ask(url, product))).toBe('name 2');
  });

  test('is asked for with the key alone', async () => {
    const { url } = await start();
    await ask(url, product);
    const wish = [{ kind: 'subgraph', subgraph: 'shop' }];
    expect((await invalidate(url, wish, 'another key')).status).toBe(401);
    expect((await invalidate(url, [{ kind: 'everything' }])).status).toBe(400);
    expect(nameOf(await ask(url, product))).toBe('name 1');
  });
});

describe('a client', () => {
  test('gets a new answer when it asks for one', async () => {
    const { url } = await start();
    await ask(url, product);
    expect(nameOf(await ask(url, product, { 'cache-control': 'no-cache' }))).toBe('name 2');
    expect(nameOf(await ask(url, product))).toBe('name 2');
    expect(nameOf(await ask(url, product, { 'cache-control': 'no-store' }))).toBe('name 3');
    expect(nameOf(await ask(url, product))).toBe('name 2');
  });

  test('sees where an answer came from, if it may', async () => {
    const { url } = await start(
      {},
      { config: { expose: { cache: 'everybody', queryPlan: 'everybody' } } },
    );
    const headers = { 'apollo-cache-debugging': 'true', 'apollo-expose-query-plan': 'true' };
    await ask(url, product);
    const { body } = await ask(url, product, headers);
    expect(body['extensions']).toMatchObject({
      apolloCacheDebugging: {
        data: [{ subgraph: 'shop', source: 'memory or Redis', scope: 'PUBLIC' }],
      },
      apolloQueryPlan: {
        object: { kind: 'QueryPlan', node: { kind: 'Fetch', serviceName: 'shop' } },
      },
    });
    const closed = await start();
    expect((await ask(closed.url, product, headers)).body).not.toHaveProperty('extensions');
  });
});
