import { afterEach, beforeEach, expect, test } from 'vitest';

import { compose, type TestResolvers } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph } from '../../gateway/testing/subgraph-server.ts';

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

interface Part {
  readonly sdl: string;
  readonly resolvers: TestResolvers;
}

const orders: Part = {
  sdl: `type Query { order(id: ID!): Order } type Order @key(fields: "id") { id: ID! place: Place @shareable }
    type Place @key(fields: "id") { id: ID! }`,
  resolvers: { Query: { order: (_, { id }) => ({ id, place: { id: 'p' } }) } },
};
const places: Part = {
  sdl: 'type Place @key(fields: "id") { id: ID! code: ID! @shareable }',
  resolvers: { Place: { __resolveReference: ({ id }) => ({ id, code: 'C7' }) } },
};
/** Knows an order by the code of its place only. */
const fees: Part = {
  sdl: `enum Zone { NEAR FAR }
    type Order @key(fields: "place { code }") { place: Place @shareable zone: Zone @external price: Int @external
      fee(per: Int = 1): Int @requires(fields: "price zone") }
    type Place @key(fields: "code", resolvable: false) { code: ID! @shareable }`,
  resolvers: {
    Order: {
      __resolveReference: (reference) => reference,
      fee: ({ price, zone, place }, { per }) => {
        const { code } = place as { readonly code: string };
        return (
          Number(price) * Number(per) + (zone === 'FAR' ? 100 : 0) + (code === 'C7' ? 1000 : 0)
        );
      },
    },
  },
};
const prices: Part = {
  sdl: `enum Zone { NEAR FAR } type Order @key(fields: "id") @key(fields: "place { code }") {
      id: ID! place: Place @shareable price: Int zone: Zone }
    type Place @key(fields: "code", resolvable: false) { code: ID! @shareable }`,
  resolvers: {
    Order: {
      __resolveReference: ({ id }) => ({ id, price: 5, zone: 'FAR', place: { code: 'C7' } }),
    },
  },
};

async function open(parts: Readonly<Record<string, Part>>) {
  const started = await Promise.all(
    Object.entries(parts).map(async ([name, { sdl, resolvers }]) => {
      const { url } = stack.use(await startSubgraph(sdl, resolvers));
      return { name, sdl, url };
    }),
  );
  return stack.use(await startGateway({ supergraph: { sdl: compose(started) } }));
}

test('a field is computed behind a nested key of which another subgraph gives a piece', async () => {
  const { url } = await open({ orders, places, fees, prices });
  const alone = await ask(url, { query: '{ order(id: 1) { fee } }' });
  expect(alone.body).toEqual({ data: { order: { fee: 1105 } } });
  const query =
    'query($n: Int) { order(id: 1) { price fee(per: $n) once: fee place { id code } zone } }';
  const { body } = await ask(url, { query, variables: { n: 3 } });
  expect(body).toEqual({
    data: {
      order: { price: 5, fee: 1115, once: 1105, place: { id: 'p', code: 'C7' }, zone: 'FAR' },
    },
  });
});
