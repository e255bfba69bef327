import { afterEach, beforeEach, expect, test } from 'vitest';

import { explainPlan, planQuery } from '../../gateway/plan/explain.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';

const claimsSdl = `
  type Query { claims: [Claim!]! }
  union Claim = Fire | Flood
  type Fire { agents: [Agent] } type Flood { agents: [Agent] }
  type Agent @key(fields: "id") { id: ID! }`;
const peopleSdl = 'type Agent @key(fields: "id") { id: ID! name: String phone: String }';

let claims: SubgraphServer;
let people: SubgraphServer;
const supergraph = () => ({
  sdl: compose([
    { name: 'claims', url: claims.url, sdl: claimsSdl },
    { name: 'people', url: people.url, sdl: peopleSdl },
  ]),
});
const query = `{ claims {
  ... on Fire { agents { name } }
  ... on Flood { agents { phone } }
} }`;

beforeEach(async () => {
  claims = await startSubgraph(claimsSdl, {
    Query: {
      claims: () => [
        { __typename: 'Flood', agents: [{ id: 'wet' }, null] },
        { __typename: 'Fire', agents: [{ id: 'hot' }] },
      ],
    },
  });
  people = await startSubgraph(peopleSdl, {
    Agent: {
      __resolveReference: (reference) => reference,
      name: ({ id }) => {
        if (id !== 'hot') throw new Error('nobody asked for this name');
        return 'Ada';
      },
      phone: ({ id }) => {
        throw new Error(`no phone of ${String(id)}`);
      },
    },
  });
});
afterEach(async () => {
  await claims[Symbol.asyncDispose]();
  await people[Symbol.asyncDispose]();
});

test('asks for what stands below a fragment of objects of its type only, and places errors there', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const { body } = await ask(gateway.url, { query });
  expect(body).toMatchObject({
    data: { claims: [{ agents: [{ phone: null }, null] }, { agents: [{ name: 'Ada' }] }] },
    errors: [{ message: 'no phone of wet', path: ['claims', 0, 'agents', 0, 'phone'] }],
  });
  expect(body['errors']).toHaveLength(1);
  expect(people.received).toHaveLength(1);
});

test('says in the explained plan where a type decides', () => {
  const text = explainPlan(planQuery(supergraph().sdl, query));
  expect(text).toContain('For claims[](Fire).agents[]:');
  expect(text).toContain('For claims[](Flood).agents[]:');
});
