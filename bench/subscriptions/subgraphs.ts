import { EventEmitter, on } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@apollo/composition';
import { execute, type GraphQLSchema, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

/*
 * Two subgraphs in a process of their own: orders has the subscription, catalogue the fields of the product. POST /emit
 * at orders makes one event.
 */

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n';
const orders = `${link}
  type Query { orderCount: Int! }
  type Order { id: ID! total: Int! note: String! product: Product! }
  type Product @key(fields: "id", resolvable: false) { id: ID! }
  type Subscription { orderPlaced: Order! }
`;
const catalogue = `${link}
  type Query { productCount: Int! }
  type Product @key(fields: "id") { id: ID! name: String! price: Int! }
`;

/** The subscription the clients make: one field of it is another subgraph's. */
const note = 'Leave it at the door, please. '.repeat(6);
const bus = new EventEmitter().setMaxListeners(0);
let calls = 0;
let count = 0;

async function* placed(): AsyncGenerator<object> {
  for await (const [order] of on(bus, 'order')) yield { orderPlaced: order as object };
}

const ordersSchema = buildSubgraphSchema({
  typeDefs: parse(orders),
  resolvers: {
    Query: { orderCount: () => count },
    Subscription: { orderPlaced: { subscribe: placed } },
  },
});
const catalogueSchema = buildSubgraphSchema({
  typeDefs: parse(catalogue),
  resolvers: {
    Query: { productCount: () => 1 },
    Product: {
      __resolveReference: ({ id }: { readonly id: string }) => ({
        id,
        name: `No. ${id}`,
        price: 7,
      }),
    },
  },
});

const urls = await Promise.all([serve(ordersSchema), serve(catalogueSchema)]);
const { supergraphSdl, errors } = composeServices([
  { name: 'orders', url: `${urls[0]}/graphql`, typeDefs: parse(orders) },
  { name: 'catalogue', url: `${urls[1]}/graphql`, typeDefs: parse(catalogue) },
]);
if (supergraphSdl === undefined) throw new Error(errors.join('\n'));
process.send?.({ supergraphSdl, emitUrl: `${urls[0]}/emit`, callsUrl: `${urls[1]}/calls` });
process.on('disconnect', () => process.exit());

async function serve(schema: GraphQLSchema): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/calls') response.end(String(calls));
    else if (request.url === '/emit') response.end(emit());
    else {
      void answer(schema, request).then((body) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(body);
      });
    }
  });
  useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function emit(): string {
  count += 1;
  bus.emit('order', { id: String(count), total: 42, note, product: { id: String(count) } });
  return 'emitted';
}

async function answer(schema: GraphQLSchema, request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  // Only gateways ask here, and they send what the protocol says.
  const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
    readonly query: string;
    readonly variables?: Record<string, unknown>;
  };
  if (query.includes('_entities')) calls += 1;
  const document = parse(query);
  return JSON.stringify(
    await execute({ schema, document, ...(variables && { variableValues: variables }) }),
  );
}
