import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';

import { anonymous } from '../../admit/identity.ts';
import { parseGatewayConfig } from '../../config/config.ts';
import { createGateway } from '../../create-gateway.ts';
import { compose } from '../../testing/federated.ts';
import { planHere } from '../../testing/plan-here.ts';
import { buildSchema, executeBody } from '../../testing/subgraph-server.ts';
import { createInProcessTransport } from '../transport/in-process-transport.ts';

const tree = { __typename: 'Tree', id: 't', height: 12 };
const fern = { __typename: 'Fern', id: 'f', height: 1 };
const sdl = {
  garden: `interface Plant @key(fields: "id") { id: ID! }
    interface Tall { height: Int }
    union Thing = Tree | Stone
    union Item = Tree | Fern | Stone
    type Tree implements Plant & Tall @key(fields: "id") { id: ID! height: Int }
    type Fern implements Plant @key(fields: "id") { id: ID! height: Int }
    type Stone { weight: Int }
    type Query { things: [Thing] items: [Item] }`,
  visits: `type Plant @key(fields: "id") @interfaceObject { id: ID! visitors: Int }
    type Query { visited: [Plant!]! }`,
};
const find = ({ id }: Readonly<Record<string, unknown>>) => (id === 't' ? tree : fern);
const schemas = new Map([
  [
    'garden',
    buildSchema(sdl.garden, {
      Plant: { __resolveReference: find, __resolveType: ({ __typename }) => __typename },
      Tree: { __resolveReference: find },
      Fern: { __resolveReference: find },
    }),
  ],
  [
    'visits',
    buildSchema(sdl.visits, {
      Query: { visited: () => [{ id: 't' }, { id: 'f' }] },
      Plant: { __resolveReference: ({ id }) => ({ id }), visitors: () => 3 },
    }),
  ],
]);
const controller = new AbortController();
afterAll(() => controller.abort());

test.each([
  ['{visited{...on Tall{height}}}', [{ height: 12 }, {}]],
  ['{visited{...on Item{...on Tree{visitors}}}}', [{ visitors: 3 }, {}]],
  ['{visited{...on Thing{...on Tree{visitors}}}}', [{ visitors: 3 }, {}]],
  ['{visited{...on Tree{...on Thing@skip(if:false){__typename}}}}', [{ __typename: 'Tree' }, {}]],
  ['{visited{id ...T}} fragment T on Tall{height}', [{ id: 't', height: 12 }, { id: 'f' }]],
])(
  'answers fragments on other abstract types below an interface object: %s',
  async (query, visited) => {
    expect(await ask(query)).toEqual({ data: { visited } });
  },
);

async function ask(query: string): Promise<unknown> {
  const gateway = await createGateway({
    supergraph: { sdl: compose(Object.entries(sdl).map(([name, own]) => ({ name, sdl: own }))) },
    config: parseGatewayConfig({}),
    log: pino({ level: 'silent' }),
    signal: controller.signal,
    planner: planHere,
    transports: (name) => {
      const schema = schemas.get(name);
      return (
        schema &&
        createInProcessTransport({
          execute: ({ body }) => executeBody(schema, body),
          subscribe: () => {
            throw new Error('No subscriptions here');
          },
        })
      );
    },
  });
  using lease = gateway.current.acquire();
  const prepared = await lease.graph.prepare({ query }, anonymous);
  const answer = await prepared.execute({
    variables: undefined,
    identity: anonymous,
    headers: {},
    signal: controller.signal,
    requestId: '1',
  });
  await gateway.drain();
  return JSON.parse(answer.body);
}
