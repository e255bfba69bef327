import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, type GraphQLSchema, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

/** Functions by type and field. */
export type Resolvers = NonNullable<
  Extract<Parameters<typeof buildSubgraphSchema>[0], { typeDefs: unknown }>['resolvers']
>;

/** A running subgraph; disposing of it takes it down. */
export interface Subgraph extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
}

/** Serves a subgraph over HTTP and, for subscriptions, WebSocket. Any GraphQL server can stand here. */
export async function serveSubgraph(
  name: string,
  port: number,
  resolvers: Resolvers,
): Promise<Subgraph> {
  const typeDefs = parse(readFileSync(new URL(`${name}.graphql`, import.meta.url), 'utf8'));
  const schema = buildSubgraphSchema({ typeDefs, resolvers });
  const server = createServer((request, response) => void answer(schema, request, response));
  const sockets = new WebSocketServer({ server });
  useServer({ schema }, sockets);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return {
    name,
    url: `http://127.0.0.1:${taken}/graphql`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Body {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

async function answer(
  schema: GraphQLSchema,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  // Only the gateway asks here, and it sends this.
  const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as Body;
  const result = await graphql({ schema, source: query, variableValues: variables });
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
}
