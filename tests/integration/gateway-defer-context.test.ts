import { afterEach, beforeEach, expect, test } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';

const listsSdl = `
  type Query { teams: [Team!]! }
  type Team @key(fields: "id") @context(name: "team") { id: ID! locale: String! members: [Member!]! }
  type Member @key(fields: "id") { id: ID! greeting(locale: String @fromContext(field: "$team { locale }")): String }`;
const namesSdl = 'type Member @key(fields: "id") { id: ID! name: String boom: String }';

let lists: SubgraphServer;
let names: SubgraphServer;
const supergraph = () => ({
  sdl: compose([
    { name: 'lists', url: lists.url, sdl: listsSdl },
    { name: 'names', url: names.url, sdl: namesSdl },
  ]),
});

beforeEach(async () => {
  // The same member is in both teams: what it says depends on the team above it.
  const members = [{ id: 'm1' }];
  const teams = [
    { id: 't1', locale: 'de', members },
    { id: 't2', locale: 'en', members },
  ];
  lists = await startSubgraph(listsSdl, {
    Query: { teams: () => teams },
    Team: { __resolveReference: ({ id }) => teams.find((team) => team.id === id) },
    Member: {
      __resolveReference: (reference) => reference,
      greeting: (_, { locale }) => (locale === 'de' ? 'Hallo' : 'Hello'),
    },
  });
  names = await startSubgraph(namesSdl, {
    Member: {
      __resolveReference: (reference) => reference,
      name: () => 'Ada',
      boom: () => Promise.reject(new Error('late')),
    },
  });
});
afterEach(async () => {
  await lists[Symbol.asyncDispose]();
  await names[Symbol.asyncDispose]();
});

test('gives arguments from the object above an entity, apart for each value', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const { body } = await ask(gateway.url, { query: '{ teams { members { id greeting } } }' });
  expect(body).toEqual({
    data: {
      teams: [
        { members: [{ id: 'm1', greeting: 'Hallo' }] },
        { members: [{ id: 'm1', greeting: 'Hello' }] },
      ],
    },
  });
});

async function parts(
  url: string,
  query: string,
  { variables = {}, form = 'deferSpec=20220824' } = {},
): Promise<unknown[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: `multipart/mixed; ${form}, application/json`,
    },
    body: JSON.stringify({ query, variables }),
  });
  expect(response.headers.get('content-type')).toContain(form);
  const text = await response.text();
  const bodies = text.matchAll(/\r\n\r\n(\{.*?)\r\n-/gs);
  return [...bodies].map(([, json = '']): unknown => JSON.parse(json));
}

test('sends deferred fragments after the first part, each at its path and with its errors', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const query = '{ teams { id members { i: id ... @defer(label: "n") { called: name boom } } } }';
  expect(await parts(gateway.url, query)).toMatchObject([
    {
      data: {
        teams: [
          { id: 't1', members: [{ i: 'm1' }] },
          { id: 't2', members: [{ i: 'm1' }] },
        ],
      },
      hasNext: true,
    },
    {
      incremental: [
        {
          data: { called: 'Ada', boom: null },
          path: ['teams', 0, 'members', 0],
          label: 'n',
          errors: [{ message: 'late', path: ['teams', 0, 'members', 0, 'boom'] }],
        },
        { data: { called: 'Ada' }, path: ['teams', 1, 'members', 0], label: 'n' },
      ],
      hasNext: false,
    },
  ]);
});

test('defers by a variable, and answers at once where it says not to', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const query =
    'query($later: Boolean!) { teams { ...Rest @defer(if: $later) } } fragment Rest on Team { members { name } }';
  const whole = { teams: [{ members: [{ name: 'Ada' }] }, { members: [{ name: 'Ada' }] }] };
  expect((await ask(gateway.url, { query, variables: { later: false } })).body).toEqual({
    data: whole,
  });
  const [first, second] = await parts(gateway.url, query, { variables: { later: true } });
  expect(first).toEqual({ data: { teams: [{}, {}] }, hasNext: true });
  expect(second).toMatchObject({
    hasNext: false,
    incremental: [{ data: whole.teams[0] }, { data: whole.teams[1] }],
  });
});

const v2 = { form: 'incrementalSpec=v0.2' };

test('names what is pending and what is completed to clients that read it so', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const query = '{ teams { id members { i: id ... @defer(label: "n") { called: name boom } } } }';
  const [path0, path1] = [0, 1].map((team) => ['teams', team, 'members', 0]);
  expect(await parts(gateway.url, query, v2)).toEqual([
    {
      data: {
        teams: [
          { id: 't1', members: [{ i: 'm1' }] },
          { id: 't2', members: [{ i: 'm1' }] },
        ],
      },
      pending: [
        { id: '0', path: path0, label: 'n' },
        { id: '1', path: path1, label: 'n' },
      ],
      hasNext: true,
    },
    {
      incremental: [
        {
          id: '0',
          data: { called: 'Ada', boom: null },
          errors: [expect.objectContaining({ message: 'late', path: [...(path0 ?? []), 'boom'] })],
        },
        {
          id: '1',
          data: { called: 'Ada', boom: null },
          errors: [expect.objectContaining({ message: 'late', path: [...(path1 ?? []), 'boom'] })],
        },
      ],
      completed: [{ id: '0' }, { id: '1' }],
      hasNext: false,
    },
  ]);
});

test('announces what is deferred within a deferred part when that part comes', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const query =
    '{ teams { ... @defer(label: "a") { id members { id ... @defer(label: "b") { name } } } } }';
  const payloads = await parts(gateway.url, query, v2);
  const pending = payloads.flatMap(
    (payload) => (payload as { pending?: { id: string }[] }).pending ?? [],
  );
  const completed = payloads.flatMap(
    (payload) => (payload as { completed?: { id: string }[] }).completed ?? [],
  );
  expect(pending).toHaveLength(4);
  expect(completed.map(({ id }) => id).sort()).toEqual(pending.map(({ id }) => id).sort());
  expect(payloads.at(-1)).toMatchObject({ hasNext: false });
});

test('refuses a client that reads no form it writes', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed; incrementalSpec=v9, application/json',
    },
    body: JSON.stringify({ query: '{ teams { ... @defer { id } } }' }),
  });
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }],
  });
});

test('defers by a variable that is not given, as `if` is true by default', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const query = 'query ($later: Boolean) { teams { ... @defer(if: $later) { id } } }';
  const [first] = await parts(gateway.url, query);
  expect(first).toEqual({ data: { teams: [{}, {}] }, hasNext: true });
});
