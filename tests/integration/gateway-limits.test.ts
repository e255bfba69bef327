import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { JsonObject } from '../../kernel/json.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { until } from '../support/until.ts';

const shop = `
  type Query { products: [Product!]! @listSize(assumedSize: 100) one: Product }
  type Product @key(fields: "id") { id: ID! name: String @cost(weight: 2) }`;
const store = `type Product @key(fields: "id") { id: ID! count: Int @cost(weight: 5) }`;

let stack: AsyncDisposableStack;
let subgraphs: SubgraphServer[];

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const products = ['1', '2', '3'].map((id) => ({ id, name: id }));
  subgraphs = [
    stack.use(
      await startSubgraph(shop, { Query: { products: () => products, one: () => products[0] } }),
    ),
    stack.use(await startSubgraph(store, { Product: { count: () => 7 } })),
  ];
});
afterEach(() => stack.disposeAsync());

async function start(config: JsonObject): Promise<TestGateway> {
  const [first, second] = subgraphs.map(({ url }) => url);
  const sdl = compose([
    { name: 'shop', url: first ?? '', sdl: shop },
    { name: 'store', url: second ?? '', sdl: store },
  ]);
  return stack.use(
    await startGateway({ supergraph: { sdl }, config: { server: { drainMs: 100 }, ...config } }),
  );
}

const names = { query: '{ products { name } }' };

test('what costs too much is refused, or runs and says so where costs are only measured', async () => {
  const strict = await start({ limits: { maxCost: 50 } });
  expect((await ask(strict.url, names)).body).toMatchObject({
    errors: [{ extensions: { code: 'COST_EXCEEDED' } }],
  });
  const { url } = await start({
    limits: { maxCost: 50, costMode: 'measure', isActualCostMeasured: true },
  });
  const { body } = await ask(url, names);
  expect(body['data']).toMatchObject({ products: [{ name: '1' }, {}, {}] });
  // 100 objects with a field of weight 2 by estimate, 3 in fact.
  expect(body['extensions']).toEqual({
    cost: { requested: 300, actual: 9, result: 'COST_ESTIMATED_TOO_EXPENSIVE' },
  });
  const metrics = await (await fetch(url.replace('graphql', 'metrics'))).text();
  expect(metrics).toContain('operandi_gateway_operation_cost_sum{kind="actual"} 9');
});

test('a field that two fragments ask for costs once in fact', async () => {
  const { url } = await start({ limits: { isActualCostMeasured: true } });
  const query = '{ one { name ...F } one { ...F n: name } } fragment F on Product { name }';
  expect((await ask(url, { query })).body['extensions']).toMatchObject({
    cost: { actual: 5, result: 'COST_OK' },
  });
});

test('a subgraph that is asked for more than its own limit is not asked', async () => {
  const { url } = await start({ subgraphs: { store: { maxCost: 17 } } });
  const one = await ask(url, { query: '{ one { name count } }' });
  expect(one.body).toEqual({ data: { one: { name: '1', count: 7 } } });
  const { body } = await ask(url, { query: '{ products { name count } }' });
  expect(body['data']).toMatchObject({ products: [{ name: '1', count: null }, {}, {}] });
  expect(body['errors']).toMatchObject([
    { path: ['products', 0, 'count'], extensions: { code: 'COST_EXCEEDED', service: 'store' } },
    {},
    {},
  ]);
  expect(subgraphs[1]?.received).toHaveLength(1);
});

test('a subgraph has no more requests at once than it may', async () => {
  let running = 0;
  let most = 0;
  const held: (() => void)[] = [];
  const [first] = subgraphs;
  if (first === undefined) throw new Error('No subgraph');
  first.intercept = (_, response) => {
    running += 1;
    most = Math.max(most, running);
    held.push(() => {
      running -= 1;
      response.setHeader('content-type', 'application/json').end('{"data":{"one":null}}');
    });
    return true;
  };
  const { url } = await start({
    subgraphs: { shop: { maxConcurrent: 2 } },
    execution: { isInboundShared: false, isOutboundShared: false },
  });
  const asking = Promise.all(
    Array.from({ length: 5 }, () => ask(url, { query: '{ one { name } }' })),
  );
  for (let answered = 0; answered < 5; answered += 1) {
    await until('one more is there', () => held.length > answered);
    held[answered]?.();
  }
  for (const { body } of await asking) expect(body).toEqual({ data: { one: null } });
  expect(most).toBeLessThanOrEqual(2);
});

test('a manifest of documents that changes is read again, and one that is broken changes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'operandi-manifest-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const manifestFile = join(folder, 'manifest.json');
  // As tools do that replace files.
  const write = async (text: string): Promise<void> => {
    await writeFile(`${manifestFile}.new`, text);
    await rename(`${manifestFile}.new`, manifestFile);
  };
  await write(JSON.stringify({ first: '{ one { id } }' }));
  const { url } = await start({ persisted: { trusted: 'enforce', manifestFile, pollMs: 20 } });
  const known = async (documentId: string): Promise<boolean> =>
    'data' in (await ask(url, { documentId })).body;
  expect([await known('first'), await known('second')]).toEqual([true, false]);
  await write(JSON.stringify({ second: '{ one { name } }' }));
  await until('the new one is known', () => known('second'));
  expect(await known('first')).toBe(false);
  await write('{ broken');
  await write(JSON.stringify({ third: '{ one { name id } }' }));
  await until('the third is known', () => known('third'));
});

test('a page whose origin fits a pattern as a whole may read answers', async () => {
  const origins = [String.raw`/https:\/\/[a-z]+\.shop\.example/`];
  const { url } = await start({ cors: { origins, isCredentialed: true } });
  const allowed = async (origin: string): Promise<string | null> =>
    (await ask(url, { query: '{ one { id } }' }, { origin })).headers.get(
      'access-control-allow-origin',
    );
  expect(await allowed('https://eu.shop.example')).toBe('https://eu.shop.example');
  expect(await allowed('https://eu.shop.example.evil.example')).toBeNull();
  expect(await allowed('https://evil.example/https://eu.shop.example')).toBeNull();
  await expect(start({ cors: { origins: ['/(/'] } })).rejects.toThrow(
    'cors.origins.0: an origin, or a pattern',
  );
});
