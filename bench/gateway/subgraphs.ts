import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse } from 'graphql';

import { shopNames, shopResolvers, shopSdl } from './shop.ts';

/*
 * The four subgraphs in one process. Answers are kept by request body: what is measured is the gateway, and each
 * gateway's own way of asking is answered equally fast. Writes one line of JSON, then answers `GET /calls`. With an
 * argument it is the `cache-control` of each answer.
 */

const [cacheControl] = process.argv.slice(2);
let calls = 0;
const services = await Promise.all(
  shopNames.map(async (name) => {
    const typeDefs = parse(shopSdl[name]);
    const schema = buildSubgraphSchema({ typeDefs, resolvers: shopResolvers[name] });
    return { name, typeDefs, url: `http://127.0.0.1:${await listen(serve(schema))}/graphql` };
  }),
);
const { supergraphSdl } = composeServices(services);
const urls = Object.fromEntries(services.map(({ name, url }) => [name, url]));
const counter = createServer((_, response) => {
  response.end(String(calls));
  calls = 0;
});
process.stdout.write(
  `${JSON.stringify({ supergraphSdl, urls, counter: await listen(counter) })}\n`,
);

function serve(schema: GraphQLSchema): Server {
  const known = new Map<string, Buffer>();
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls++;
      const body = Buffer.concat(chunks).toString();
      void answer(body).then((bytes) => {
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': bytes.length,
          ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
        });
        response.end(bytes);
      });
    });
  });

  async function answer(body: string): Promise<Buffer> {
    const kept = known.get(body);
    if (kept !== undefined) return kept;
    // Only the gateways under measurement write to this server, and they write GraphQL requests.
    const { query, variables } = JSON.parse(body) as {
      query: string;
      variables?: Record<string, unknown>;
    };
    const result = await execute({
      schema,
      document: parse(query),
      variableValues: variables ?? {},
    });
    const bytes = Buffer.from(JSON.stringify(result));
    if (known.size < 1000) known.set(body, bytes);
    return bytes;
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      // A listening TCP server has an address object.
      resolve((server.address() as AddressInfo).port);
    });
  });
}
