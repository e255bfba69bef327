import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';

const sdl = 'type Query { hello: String } type Mutation { touch: Int }';
let subgraph: SubgraphServer;
let gateway: TestGateway;

beforeAll(async () => {
  subgraph = await startSubgraph(sdl, { Query: { hello: () => 'world' } });
  gateway = await startGateway({
    supergraph: { sdl: compose([{ name: 'only', url: subgraph.url, sdl }]) },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await subgraph[Symbol.asyncDispose]();
});

test('passes all 61 audits of GraphQL over HTTP', async () => {
  const results = await auditServer({ url: gateway.url, fetchFn: fetch });
  expect(
    results
      .filter(({ status }) => status !== 'ok')
      .map(({ id, name, status }) => ({ id, name, status })),
  ).toEqual([]);
  expect(results).toHaveLength(61);
});
