import { expect, test } from 'vitest';

import { anonymous } from '../../admit/identity.ts';
import { compose } from '../../testing/federated.ts';
import { ask, startGateway } from '../../testing/start-gateway.ts';
import { startSubgraph } from '../../testing/subgraph-server.ts';
import { createDecideOverride } from './override-labels.ts';

async function startMove(label: string) {
  const old = {
    sdl: 'type Query { bill: Bill } type Bill @key(fields: "id") { id: ID! total: String }',
    resolvers: {
      Query: { bill: () => ({ id: '1' }) },
      Bill: { total: () => 'old', __resolveReference: (bill: object) => bill },
    },
  };
  const next = {
    sdl: `type Bill @key(fields: "id") { id: ID! total: String @override(from: "old", label: "${label}") }`,
    resolvers: { Bill: { total: () => 'new', __resolveReference: (bill: object) => bill } },
  };
  const stack = new AsyncDisposableStack();
  const subgraphs = await Promise.all(
    Object.entries({ old, next }).map(async ([name, { sdl, resolvers }]) => {
      const { url } = stack.use(await startSubgraph(sdl, resolvers));
      return { name, sdl, url };
    }),
  );
  return {
    supergraph: { sdl: compose(subgraphs) },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const totalOf = async (url: string, headers = {}): Promise<unknown> =>
  (await ask(url, { query: '{ bill { total } }' }, headers)).body;

const from = (total: string) => ({ data: { bill: { total } } });

test('takes a field from the new subgraph for the share of operations that its label is given', async () => {
  await using move = await startMove('beta');
  const { supergraph } = move;
  await using off = await startGateway({ supergraph });
  await using on = await startGateway({ supergraph, config: { overrides: { beta: 100 } } });
  expect(await totalOf(off.url)).toEqual(from('old'));
  expect(await totalOf(on.url)).toEqual(from('new'));
});

test('takes a field from the new subgraph for callers who bring the label', async () => {
  await using move = await startMove('beta');
  const { supergraph } = move;
  await using gateway = await startGateway({
    supergraph,
    authenticate: ({ apiKey }) =>
      Promise.resolve({
        ...anonymous,
        key: apiKey ?? 'nobody',
        ...(apiKey === 'tester' && { overrideLabels: ['beta'] }),
      }),
  });
  expect(await totalOf(gateway.url, { 'x-api-key': 'tester' })).toEqual(from('new'));
  expect(await totalOf(gateway.url, { 'x-api-key': 'other' })).toEqual(from('old'));
});

test('reads the share from a percent label, which the configuration may replace', async () => {
  await using move = await startMove('percent(100)');
  const { supergraph } = move;
  await using gateway = await startGateway({ supergraph });
  await using held = await startGateway({
    supergraph,
    config: { overrides: { 'percent(100)': 0 } },
  });
  expect(await totalOf(gateway.url)).toEqual(from('new'));
  expect(await totalOf(held.url)).toEqual(from('old'));
});

test('decides by chance, with the share as its probability', () => {
  const decisions = [0.1, 0.249, 0.25, 0.9].map((draw) =>
    createDecideOverride({}, () => draw)('percent(25)', anonymous),
  );
  expect(decisions).toEqual([true, true, false, false]);
});
