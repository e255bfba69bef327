import { afterEach, beforeEach, expect, test } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph } from '../../gateway/testing/subgraph-server.ts';

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const mediaSdl = `type Query { media: [Medium!]! } interface Medium @key(fields: "id") { id: ID! size: Int }
  type Disc implements Medium @key(fields: "id") { id: ID! size: Int tracks: Int }
  type Tome implements Medium @key(fields: "id") { id: ID! size: Int }`;
const feesSdl = `type Medium @interfaceObject @key(fields: "id") {
  id: ID! size: Int @external fee: Int @requires(fields: "size") }`;

async function open() {
  const media = stack.use(
    await startSubgraph(mediaSdl, {
      Query: {
        media: () => [
          { __typename: 'Disc', id: '1', size: 3, tracks: 9 },
          { __typename: 'Tome', id: '2', size: 4 },
        ],
      },
    }),
  );
  const fees = stack.use(
    await startSubgraph(feesSdl, {
      Medium: {
        __resolveReference: (reference) => reference,
        fee: ({ id, size }) => {
          if (id !== '1') throw new Error('Discs only');
          return Number(size) * 10;
        },
      },
    }),
  );
  const sdl = compose([
    { name: 'media', sdl: mediaSdl, url: media.url },
    { name: 'fees', sdl: feesSdl, url: fees.url },
  ]);
  return { fees, gateway: stack.use(await startGateway({ supergraph: { sdl } })) };
}

test.each([
  { query: '{ media { id ... on Disc { fee } } }', tome: { id: '2' } },
  { query: '{ media { id size ... on Disc { fee } } }', tome: { id: '2', size: 4 } },
])(
  'a computed field is asked of objects of the type that is meant: $query',
  async ({ query, tome }) => {
    const { fees, gateway } = await open();
    const { body } = await ask(gateway.url, { query });
    expect(body).toEqual({
      data: { media: [{ id: '1', ...(tome.size && { size: 3 }), fee: 30 }, tome] },
    });
    expect(fees.received.map(({ variables }) => variables['representations'])).toEqual([
      [{ __typename: 'Medium', id: '1', size: 3 }],
    ]);
  },
);

test('a computed field is asked of objects of all types where all are meant', async () => {
  const { gateway } = await open();
  const { body } = await ask(gateway.url, { query: '{ media { id fee } }' });
  expect(body).toMatchObject({
    data: {
      media: [
        { id: '1', fee: 30 },
        { id: '2', fee: null },
      ],
    },
    errors: [{ message: 'Discs only', path: ['media', 1, 'fee'] }],
  });
});
