import { afterEach, beforeEach, expect, test } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph } from '../../gateway/testing/subgraph-server.ts';

/** Fields whose names look like the keys that the gateway makes for its own use. */
const pricesSdl = `
  type Query { item(n: Int): Item item__0: Int item__1: Int }
  type Item @key(fields: "id") {
    id: ID!
    price(in: String): String
    price__0: String price__1: String price__2: String
    price__r0: String price__r1: String
  }`;
const labelsSdl = `
  type Item @key(fields: "id") {
    id: ID!
    price(in: String): String @external
    label: String @requires(fields: "price(in: \\"EUR\\")")
  }`;

let stack: AsyncDisposableStack;
let gateway: TestGateway;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const item = Object.fromEntries(
    ['price__0', 'price__1', 'price__2', 'price__r0', 'price__r1'].map((name) => [
      name,
      `real ${name}`,
    ]),
  );
  const Item = {
    __resolveReference: ({ id }: Readonly<Record<string, unknown>>) => ({ ...item, id }),
    price: (_: unknown, args: Readonly<Record<string, unknown>>) => `1 ${String(args['in'])}`,
  };
  const prices = stack.use(
    await startSubgraph(pricesSdl, {
      Query: {
        item: (_, { n }) => ({ ...item, id: String(n) }),
        item__0: () => 70,
        item__1: () => 71,
      },
      Item,
    }),
  );
  const labels = stack.use(
    await startSubgraph(labelsSdl, {
      Item: {
        __resolveReference: (reference) => reference,
        label: ({ price }) => `<${String(price)}>`,
      },
    }),
  );
  const sdl = compose([
    { name: 'prices', url: prices.url, sdl: pricesSdl },
    { name: 'labels', url: labels.url, sdl: labelsSdl },
  ]);
  gateway = stack.use(await startGateway({ supergraph: { sdl } }));
});
afterEach(() => stack.disposeAsync());

test('keep their own values beside fields that are given arguments', async () => {
  const query = `{
    item(n: 1) { price(in: "USD") price__0 price__1 price__2 price__r0 price__r1 label }
    item__0
    item__1
    other: item(n: 2) { a: price(in: "CHF") price__1 b: price__0 label }
  }`;
  const { body } = await ask(gateway.url, { query });
  expect(body).toEqual({
    data: {
      item: {
        price: '1 USD',
        price__0: 'real price__0',
        price__1: 'real price__1',
        price__2: 'real price__2',
        price__r0: 'real price__r0',
        price__r1: 'real price__r1',
        label: '<1 EUR>',
      },
      item__0: 70,
      item__1: 71,
      other: { a: '1 CHF', price__1: 'real price__1', b: 'real price__0', label: '<1 EUR>' },
    },
  });
});
