import { expect, it } from 'vitest';

import type { Authenticate } from '../../gateway/admit/identity.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph } from '../../gateway/testing/subgraph-server.ts';
import { AppError } from '../../kernel/errors.ts';
import { until } from '../support/until.ts';

const sdl = 'type Query { late(n: Int): String quick(n: Int): String }';

const authenticate: Authenticate = ({ apiKey }) => {
  if (apiKey === undefined) return Promise.reject(new AppError('UNAUTHENTICATED', 'who?'));
  const headers = () => Promise.resolve({});
  return Promise.resolve({ key: apiKey, tenantId: apiKey, isAuthenticated: true, headers });
};

it('answers of a subgraph reach others while those to some tenants do not come', async () => {
  const late = Promise.withResolvers<string>();
  await using subgraph = await startSubgraph(sdl, {
    Query: { late: () => late.promise, quick: () => 'here' },
  });
  await using gateway = await startGateway({
    supergraph: { sdl: compose([{ name: 'a', url: subgraph.url, sdl }]) },
    authenticate,
    config: { subgraph: { connections: 4 } },
  });
  const send = (apiKey: string, query: string) =>
    ask(gateway.url, { query }, { 'x-api-key': apiKey });
  // Equal queries of one caller would share one request.
  const noise = (tenant: string) =>
    Array.from({ length: 30 }, (_, n) => send(tenant, `{ late(n: ${n}) }`));

  const first = noise('noisy');
  await until('the first hold what they may', () => subgraph.received.length === 4);
  const second = noise('loud');
  await until('the second hold what they may', () => subgraph.received.length === 6);
  const quiet = await Promise.all(
    Array.from({ length: 20 }, (_, n) => send('quiet', `{ quick(n: ${n}) }`)),
  );
  expect(quiet.map(({ body }) => body)).toEqual(quiet.map(() => ({ data: { quick: 'here' } })));

  late.resolve('at last');
  const answers = await Promise.all([...first, ...second]);
  expect(answers.every(({ body }) => JSON.stringify(body).includes('at last'))).toBe(true);
});
