import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createHivePlanner } from '../../gateway/plan/hive-planner.ts';
import { createTwoPlanners } from '../../gateway/plan/two-planners.ts';

import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph } from '../../gateway/testing/subgraph-server.ts';
import { until } from '../support/until.ts';

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const shelvesSdl = `
  type Query { shelves: [Medium!]! @provides(fields: "title") }
  type Medium @interfaceObject @key(fields: "id") { id: ID! title: String @external }`;
const mediaSdl = `
  type Query { media: Int }
  interface Medium @key(fields: "id") { id: ID! }
  type Disc implements Medium @key(fields: "id") { id: ID! tracks: Int }
  type Tome implements Medium @key(fields: "id") { id: ID! pages: Int }`;
const titlesSdl = `
  type Query { titles: Int }
  type Medium @interfaceObject @key(fields: "id") { id: ID! title: String @shareable }`;

async function openMedia(config: unknown = {}) {
  const media = [
    { __typename: 'Disc', id: '1', tracks: 9 },
    { __typename: 'Tome', id: '2', pages: 300 },
  ];
  const titled = media.map(({ id }) => ({ __typename: 'Medium', id, title: `t${id}` }));
  const byId = (all: readonly { readonly id: string }[]) => ({
    __resolveReference: ({ id }: Readonly<Record<string, unknown>>) =>
      all.find((one) => one.id === id),
  });
  const parts = [
    {
      name: 'shelves',
      sdl: shelvesSdl,
      resolvers: { Query: { shelves: () => titled }, Medium: byId(titled) },
    },
    {
      name: 'media',
      sdl: mediaSdl,
      resolvers: { Medium: byId(media), Disc: byId(media), Tome: byId(media) },
    },
    { name: 'titles', sdl: titlesSdl, resolvers: { Medium: byId(titled) } },
  ];
  const started = await Promise.all(
    parts.map(async ({ name, sdl, resolvers }) => {
      const { url } = stack.use(await startSubgraph(sdl, resolvers));
      return { name, sdl, url };
    }),
  );
  return stack.use(await startGateway({ supergraph: { sdl: compose(started) }, config }));
}

test.each(['apollo', 'hive'])(
  'what one planner throws at is planned by the other, with %s first',
  async (planner) => {
    const gateway = await openMedia({ execution: { planner } });
    const query = '{ shelves { id title ... on Disc { tracks } ... on Tome { pages } } }';
    expect((await ask(gateway.url, { query })).body).toEqual({
      data: {
        shelves: [
          { id: '1', title: 't1', tracks: 9 },
          { id: '2', title: 't2', pages: 300 },
        ],
      },
    });
  },
);

test('a part that cannot be planned apart comes with the first', async () => {
  const gateway = await openMedia();
  const query = '{ shelves { id ... @defer { ... on Disc { tracks } } } }';
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed; deferSpec=20220824, application/json',
    },
    body: JSON.stringify({ query }),
  });
  expect([response.status, await response.text()]).toEqual([
    200,
    '{"data":{"shelves":[{"id":"1","tracks":9},{"id":"2"}]}}',
  ]);
});

test('what neither can plan is refused with a code of its own', async () => {
  const broken = { plan: () => Promise.reject(new Error('the first')) };
  const planner = createTwoPlanners({
    apollo: {
      ...broken,
      supergraph: { apiSdl: '', subgraphs: [], standIns: {} },
      [Symbol.dispose]: vi.fn<() => void>(),
    },
    hive: {
      plan: () => Promise.reject(new Error('the second')),
      [Symbol.dispose]: vi.fn<() => void>(),
    },
    first: 'apollo',
  });
  await expect(planner.plan('{ a }')).rejects.toThrow('the first');
});

test('a planner that ends in the middle of a plan ends nothing else, and the next plan has another', async () => {
  const sdl = 'type Query { a: Int }';
  const planner = createHivePlanner(compose([{ name: 'one', sdl }]), 30_000);
  await expect(planner.plan('{ a }', [])).resolves.toMatchObject({ kind: 'Fetch' });
  const first = planner.pid;
  if (first === undefined) throw new Error('It does not run');
  process.kill(first, 'SIGKILL');
  await until('its end is seen', () => planner.pid === undefined);
  await expect(planner.plan('{ a }', [])).resolves.toMatchObject({ kind: 'Fetch' });
  planner[Symbol.dispose]();
});
