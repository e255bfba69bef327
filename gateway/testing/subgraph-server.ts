import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse } from 'graphql';

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { SubgraphResponse } from '../execute/transport/port.ts';
import { type TestResolvers, withLink } from './federated.ts';

/** One request a test subgraph received. */
export interface ReceivedRequest {
  readonly query: string;
  readonly variables: JsonObject;
  readonly headers: IncomingMessage['headers'];
}

/** A subgraph on a real socket. */
export interface SubgraphServer extends AsyncDisposable {
  readonly url: string;
  readonly received: ReceivedRequest[];
  /** Takes requests over instead of the schema, e.g. to break or to hang. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Sent with each answer. */
  responseHeaders: OutgoingHttpHeaders;
}

export function buildSchema(sdl: string, resolvers: TestResolvers): GraphQLSchema {
  return buildSubgraphSchema({ typeDefs: withLink(sdl), resolvers: { ...resolvers } });
}

/** Executes a request body on a schema, as a subgraph without HTTP. */
export async function executeBody(schema: GraphQLSchema, body: string): Promise<SubgraphResponse> {
  const { query, variables } = readRequest(body);
  const result = await execute({ schema, document: parse(query), variableValues: variables });
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(result),
  };
}

function readRequest(body: string): { query: string; variables: JsonObject } {
  // The test's own gateway wrote it: JSON it is.
  const value = JSON.parse(body) as JsonValue;
  if (!isJsonObject(value) || typeof value['query'] !== 'string') throw new Error('No query');
  const { query, variables } = value;
  return { query, variables: isJsonObject(variables) ? variables : {} };
}

/** Starts a subgraph on a free loopback port. */
export async function startSubgraph(
  sdl: string,
  resolvers: TestResolvers,
): Promise<SubgraphServer> {
  const schema = buildSchema(sdl, resolvers);
  const received: ReceivedRequest[] = [];
  const subgraph: Pick<SubgraphServer, 'intercept' | 'responseHeaders'> = {
    intercept: undefined,
    responseHeaders: {},
  };
  const server = createServer((request, response) => {
    if (subgraph.intercept?.(request, response) === true) return;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ ...readRequest(body), headers: request.headers });
      void executeBody(schema, body).then((answer) => {
        response.writeHead(answer.status, { ...answer.headers, ...subgraph.responseHeaders });
        response.end(answer.body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(subgraph, {
    received,
    url: `http://127.0.0.1:${port}/graphql`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
