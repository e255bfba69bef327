import { expect, test } from 'vitest';

import { compose } from '../../testing/federated.ts';
import { ask, startGateway } from '../../testing/start-gateway.ts';
import { startSubgraph } from '../../testing/subgraph-server.ts';
import { type MergedHeaders, mergeHeaders } from './merge.ts';

function mergeCaching(...values: readonly string[]): unknown {
  const merged: MergedHeaders = {};
  for (const value of values) mergeHeaders(merged, { 'cache-control': value });
  return merged['cache-control'];
}

test.each([
  [['public, max-age=60', 'public, max-age=10'], 'public, max-age=10'],
  [['max-age=60, public', 'private, max-age=90'], 'private, max-age=60'],
  [['max-age=60', 'no-cache'], 'no-cache, max-age=60'],
  [['max-age=60', 'No-Store', 'max-age=5'], 'no-store'],
  [['max-age=9, s-maxage=4, stale-if-error=5', 'max-age=12'], 'max-age=9, s-maxage=4'],
])('lets the strictest cache-control hold: %j', (values, strictest) => {
  expect(mergeCaching(...values)).toBe(strictest);
});

test('gives a client the cookies of all subgraphs, and no answer with errors to caches', async () => {
  const sdls = { left: 'type Query { l: Int }', right: 'type Query { r: Int broken: Int }' };
  const fail = (): never => {
    throw new Error('broken');
  };
  await using left = await startSubgraph(sdls.left, { Query: { l: () => 1 } });
  await using right = await startSubgraph(sdls.right, { Query: { r: () => 2, broken: fail } });
  left.responseHeaders = {
    'set-cookie': ['a=1; Expires=Wed, 21 Oct 2065 07:28:00 GMT', 'b=2'],
    'cache-control': 'max-age=60',
  };
  right.responseHeaders = { 'set-cookie': ['c=3'], 'cache-control': 'max-age=10' };
  await using gateway = await startGateway({
    supergraph: {
      sdl: compose([
        { name: 'left', sdl: sdls.left, url: left.url },
        { name: 'right', sdl: sdls.right, url: right.url },
      ]),
    },
    config: {
      headers: { response: { all: [{ propagate: 'set-cookie' }, { propagate: 'cache-control' }] } },
    },
  });
  const { headers, body } = await ask(gateway.url, { query: '{ l r }' });
  expect(body).toEqual({ data: { l: 1, r: 2 } });
  expect(headers.getSetCookie().toSorted()).toEqual([
    'a=1; Expires=Wed, 21 Oct 2065 07:28:00 GMT',
    'b=2',
    'c=3',
  ]);
  expect(headers.get('cache-control')).toBe('max-age=10');
  const partial = await ask(gateway.url, { query: '{ l broken }' });
  expect(partial.headers.get('cache-control')).toBe('no-store');
});
