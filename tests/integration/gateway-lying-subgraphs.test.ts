import { afterEach, beforeEach, expect, test } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';

const usersSdl = `
  type Query { users: [User!]! user: User }
  type User @key(fields: "id") { id: ID! name: String }
  type Robot @key(fields: "id") { id: ID! }`;
const mailSdl = `
  type User @key(fields: "id") { id: ID! email: String }
  type Robot @key(fields: "id") { id: ID! email: String }`;

let stack: AsyncDisposableStack;
let mail: SubgraphServer;
let users: SubgraphServer;
let gateway: TestGateway;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const all = ['1', '2', '3'].map((id) => ({ id, name: `n${id}` }));
  users = stack.use(
    await startSubgraph(usersSdl, { Query: { users: () => all, user: () => all[0] } }),
  );
  mail = stack.use(
    await startSubgraph(mailSdl, {
      User: { __resolveReference: (reference) => reference, email: ({ id }) => `${String(id)}@x` },
    }),
  );
  const sdl = compose([
    { name: 'users', url: users.url, sdl: usersSdl },
    { name: 'mail', url: mail.url, sdl: mailSdl },
  ]);
  gateway = stack.use(await startGateway({ supergraph: { sdl } }));
});
afterEach(() => stack.disposeAsync());

/** The subgraph answers this, whatever it is asked. */
function lie(subgraph: SubgraphServer, body: unknown): void {
  subgraph.intercept = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
    return true;
  };
}

const emails = async () => {
  const { body } = await ask(gateway.url, { query: '{ users { id email } }' });
  const { users: list } = body['data'] as { users: { email: string | null }[] };
  return { emails: list.map(({ email }) => email), errors: body['errors'] as unknown[] };
};

const entity = (id: number) => ({ __typename: 'User', email: `${id}@x` });

test.each([
  ['too few', [entity(1), entity(2)], 'gave 2 where 3 entities were asked for'],
  ['too many', [1, 2, 3, 4].map(entity), 'gave 4 where 3 entities were asked for'],
  ['null', null, 'gave no list of them where 3 entities were asked for'],
  ['an object', entity(1), 'gave no list of them where 3 entities were asked for'],
])('%s for entities: none is shown at another, and it is told where', async (_, given, message) => {
  lie(mail, { data: { _entities: given } });
  expect(await emails()).toEqual({
    emails: [null, null, null],
    errors: [0, 1, 2].map((index) => ({
      message: `Subgraph "mail" ${message}`,
      path: ['users', index, 'email'],
      extensions: { code: 'SUBGRAPH_FAILED', service: 'mail' },
    })),
  });
});

test.each([
  ['of another type', { __typename: 'Robot', email: '2@x' }],
  ['that is a text', '2@x'],
  ['that is a list', ['2@x']],
])('an entity %s is left out alone', async (_, odd) => {
  lie(mail, { data: { _entities: [entity(1), odd, entity(3)] } });
  expect(await emails()).toMatchObject({
    emails: ['1@x', null, '3@x'],
    errors: [
      { path: ['users', 1, 'email'], message: 'Subgraph "mail" gave something else for an entity' },
    ],
  });
});

test('an entity that is not there is null without an error', async () => {
  lie(mail, { data: { _entities: [entity(1), null, entity(3)] } });
  expect(await emails()).toEqual({ emails: ['1@x', null, '3@x'], errors: undefined });
});

test.each([
  ['as texts', ['out of paper'], [{ message: 'out of paper' }]],
  ['as an object', { message: 'out of paper' }, [{ message: 'out of paper' }]],
  ['as a text', 'out of paper', [{ message: 'out of paper' }]],
  ['without words', [{}], [{ message: 'The subgraph reported an error' }]],
  [
    'at an entity that was not asked for',
    [{ message: 'out of paper', path: ['_entities', 7, 'email'] }],
    [{ message: 'out of paper' }],
  ],
  [
    'at a place of its own',
    [{ message: 'out of paper', path: ['stock', 'room'] }],
    [{ message: 'out of paper' }],
  ],
])('errors %s are told', async (_, errors, told) => {
  lie(mail, { data: { _entities: [1, 2, 3].map(entity) }, errors });
  expect(await emails()).toMatchObject({ emails: ['1@x', '2@x', '3@x'], errors: told });
});

test.each([
  ['a list', { data: [1, 2] }],
  ['a text', { data: 'user' }],
  ['null without an error', { data: null }],
  ['null with no errors in the list', { data: null, errors: [] }],
])('data that is %s is an error', async (_, body) => {
  lie(users, body);
  const answer = await ask(gateway.url, { query: '{ user { name } }' });
  expect(answer.body).toMatchObject({
    data: { user: null },
    errors: [{ path: ['user'], extensions: { code: 'SUBGRAPH_FAILED', service: 'users' } }],
  });
});

test('what was not asked for is not passed on', async () => {
  lie(users, { data: { user: { name: 'n', password: 'x' }, admin: true }, extensions: { a: 1 } });
  const answer = await ask(gateway.url, { query: '{ user { name } }' });
  expect(answer.body).toEqual({ data: { user: { name: 'n' } } });
});
