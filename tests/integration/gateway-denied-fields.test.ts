import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Authenticate } from '../../gateway/admit/identity.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { type LiveSubgraph, startLiveSubgraph } from '../../gateway/testing/live-subgraph.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import { until } from '../support/until.ts';

const peopleSdl = `
  type Query { person: Person people: [Person!]! strict: Strict named: Named found: [Found!]! firm: Firm }
  interface Named { name: String }
  union Found = Person | Firm
  type Person implements Named @key(fields: "id") { id: ID! @authenticated name: String @authenticated mood: Mood }
  type Strict @key(fields: "id") { id: ID! @authenticated }
  type Firm implements Named @key(fields: "id") { id: ID! name: String boss: Person }
  enum Mood @authenticated { GLAD }`;
const salariesSdl = `
  type Person @key(fields: "id") { id: ID! title: String salary: Int @external band: String @requires(fields: "salary") @requiresScopes(scopes: [["payroll"]]) }
  type Strict @key(fields: "id") { id: ID! title: String }
  type Firm @key(fields: "id") { id: ID! city: String }`;
const payrollSdl = `
  type Query { payroll: Int }
  type Person @key(fields: "id") { id: ID! salary: Int @requiresScopes(scopes: [["payroll"]]) }`;
const liveSdl = `
  type Query { ticks: Int }
  type Person @key(fields: "id", resolvable: false) { id: ID! @authenticated }
  type Subscription { hired: Person }`;

/** The credential lists what its bearer holds. */
const authenticate: Authenticate = ({ authorization }) =>
  Promise.resolve({
    key: authorization ?? '',
    isAuthenticated: authorization !== undefined,
    scopes: authorization?.split(' ') ?? [],
    policies: [],
    headers: () => Promise.resolve({}),
  });

const ada = {
  __typename: 'Person',
  id: 'SECRET-1',
  name: 'SECRET-NAME',
  mood: 'GLAD',
  salary: 4242,
};
const firm = { __typename: 'Firm', id: 'f1', name: 'Works', boss: ada };

let stack: AsyncDisposableStack;
let people: SubgraphServer;
let live: LiveSubgraph;
let gateway: TestGateway;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  people = stack.use(
    await startSubgraph(peopleSdl, {
      Query: {
        person: () => ada,
        people: () => [ada, ada],
        strict: () => ({ id: 'SECRET-2' }),
        named: () => ada,
        found: () => [firm, ada],
        firm: () => firm,
      },
    }),
  );
  const salaries = stack.use(
    await startSubgraph(salariesSdl, {
      Person: {
        __resolveReference: (reference) => reference,
        title: () => 'smith',
        band: ({ salary }) => (Number(salary) > 4000 ? 'high' : 'low'),
      },
      Strict: { __resolveReference: (reference) => reference, title: () => 'none' },
      Firm: { __resolveReference: (reference) => reference, city: () => 'Ulm' },
    }),
  );
  const payroll = stack.use(
    await startSubgraph(payrollSdl, { Person: { __resolveReference: () => ada } }),
  );
  live = stack.use(await startLiveSubgraph(liveSdl, 'hired'));
  const composed = compose([
    { name: 'people', url: people.url, sdl: peopleSdl },
    { name: 'salaries', url: salaries.url, sdl: salariesSdl },
    { name: 'payroll', url: payroll.url, sdl: payrollSdl },
    { name: 'live', url: live.url, sdl: liveSdl },
  ]);
  // Compositions before 2.11 let a field be computed from what its reader may not see.
  const sdl = composed.replace(/(band: String .*?\)) @requiresScopes.*/, '$1');
  gateway = stack.use(await startGateway({ supergraph: { sdl }, authenticate }));
});
afterEach(() => stack.disposeAsync());

const denied = (...paths: string[]) =>
  paths.map((path) => ({
    path: path.split('.'),
    extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
  }));

test.each([
  ['a key', '{ person { id title } }', null, ['person.id']],
  ['a key under an alias', '{ person { x: id title } }', null, ['person.x']],
  ['a key twice', '{ person { a: title id } person { id } }', null, ['person.id']],
  [
    'a key of which nothing else is asked',
    '{ strict { id title } }',
    { strict: null },
    ['strict.id'],
  ],
  [
    'what a field is computed from',
    '{ person { band salary } }',
    { person: { band: 'high', salary: null } },
    ['person.salary'],
  ],
  ['a field of an interface', '{ named { name } }', { named: { name: null } }, ['named.name']],
  [
    'a member of a union',
    '{ found { ... on Person { name title } ... on Firm { name city } } }',
    {
      found: [
        { name: 'Works', city: 'Ulm' },
        { name: null, title: 'smith' },
      ],
    },
    ['found.name'],
  ],
  [
    'an enum',
    '{ person { mood title } }',
    { person: { mood: null, title: 'smith' } },
    ['person.mood'],
  ],
  [
    'below an allowed object',
    '{ firm { name boss { name title } } }',
    { firm: { name: 'Works', boss: { name: null, title: 'smith' } } },
    ['firm.boss.name'],
  ],
])('%s is not written', async (...[, query, data, paths]) => {
  const { body } = await ask(gateway.url, { query });
  expect(JSON.stringify(body)).not.toMatch(/SECRET|4242|GLAD/);
  expect(body).toMatchObject({ data: data ?? { person: null }, errors: denied(...paths) });
  expect(body['errors']).toHaveLength(paths.length);
});

test('who may see it gets it', async () => {
  const query = '{ person { id name mood band salary } }';
  const { body } = await ask(gateway.url, { query }, { authorization: 'payroll' });
  const { id, name, mood, salary } = ada;
  expect(body).toEqual({ data: { person: { id, name, mood, band: 'high', salary } } });
});

test('a subgraph that sends more than it was asked for does not give it away', async () => {
  people.intercept = (_, response) => {
    const named = { __typename: 'Person', name: 'SECRET-NAME', mood: 'GLAD', id: 'SECRET-1' };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ data: { named, firm: { __typename: 'Firm', name: 'Works', boss: named } } }),
    );
    return true;
  };
  const query = '{ named { __typename name } firm { name boss { name mood } } }';
  const { body } = await ask(gateway.url, { query });
  expect(body).toMatchObject({
    data: {
      named: { __typename: 'Person', name: null },
      firm: { name: 'Works', boss: { name: null, mood: null } },
    },
    errors: denied('named.name', 'firm.boss.name', 'firm.boss.mood'),
  });
});

test('a deferred part does not give it away', async () => {
  const query = '{ people { ... @defer { id title } } }';
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed; deferSpec=20220824' },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  expect(text).toContain('"incremental"');
  expect(text).toContain('Unauthorized field or type');
  expect(text).not.toMatch(/SECRET|Cannot return null/);
});

test('an event does not give it away', async () => {
  const client = await openReadySocket(gateway.url.replace('http', 'ws'), {});
  client.send({
    type: 'subscribe',
    id: '1',
    payload: { query: 'subscription { hired { id title } }' },
  });
  await until('the subgraph is asked', () => live.active() === 1);
  live.emit({ id: 'SECRET-1' });
  expect(await client.next()).toMatchObject({
    payload: { data: { hired: null }, errors: denied('hired.id') },
  });
});
