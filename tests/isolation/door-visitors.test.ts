import { expect, test } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph } from '../../gateway/testing/subgraph-server.ts';
import { until } from '../support/until.ts';

test('does not hold a subgraph to be sick for clients that leave', async () => {
  const sdl = 'type Query { slow: String quick: String }';
  await using subgraph = await startSubgraph(sdl, {
    Query: { slow: () => new Promise(() => undefined), quick: () => 'here' },
  });
  await using gateway = await startGateway({
    supergraph: { sdl: compose([{ name: 'a', url: subgraph.url, sdl }]) },
    config: {
      subgraph: { breaker: { minimumRps: 0.001, failureRatio: 0.1 } },
      execution: { isInboundShared: false },
    },
  });
  for (let visit = 0; visit < 20; visit += 1) {
    const leaving = new AbortController();
    const answer = fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ slow } # ${visit}` }),
      signal: leaving.signal,
    }).catch(() => 'left');
    await until('the subgraph is asked', () => subgraph.received.length === 2 * visit + 1);
    leaving.abort();
    await answer;
    const { body } = await ask(gateway.url, { query: '{ quick }' });
    expect(body).toEqual({ data: { quick: 'here' } });
  }
});

test.each(['set-cookie', 'x-session'])('gives each visitor its own %s', async (header) => {
  const sdl = 'type Query { session: String }';
  const waiting: (() => void)[] = [];
  await using subgraph = await startSubgraph(sdl, {});
  subgraph.intercept = (_request, response) => {
    const id = waiting.length;
    waiting.push(() => {
      response.writeHead(200, { 'content-type': 'application/json', [header]: `sid=${id}` });
      response.end('{"data":{"session":"open"}}');
    });
    return true;
  };
  await using gateway = await startGateway({
    supergraph: { sdl: compose([{ name: 'a', url: subgraph.url, sdl }]) },
    config: { headers: { response: { all: [{ propagate: header }] } } },
  });
  const visits = [1, 2, 3].map(() => ask(gateway.url, { query: '{ session }' }));
  await until('each visitor has a request', () => waiting.length === 3);
  for (const answer of waiting) answer();
  const answers = await Promise.all(visits);
  const given = answers.map(({ headers }) => headers.get(header)).toSorted();
  expect(given).toEqual(['sid=0', 'sid=1', 'sid=2']);
});

test('names the error of a field that took the whole answer with it, and no other', async () => {
  const sdl = 'type Query { viewer: Viewer! members: [String!]! } type Viewer { name: String! }';
  await using subgraph = await startSubgraph(sdl, {
    Query: {
      viewer: () => ({ name: 'Ada' }),
      members: () => Promise.reject(new Error('not yours')),
    },
  });
  await using gateway = await startGateway({
    supergraph: { sdl: compose([{ name: 'access', url: subgraph.url, sdl }]) },
  });
  const { body } = await ask(gateway.url, { query: '{ viewer { name } members }' });
  expect(body).toMatchObject({ data: null, errors: [{ message: 'not yours', path: ['members'] }] });
  expect(body['errors']).toHaveLength(1);
});
