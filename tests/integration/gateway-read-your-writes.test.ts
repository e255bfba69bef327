import type { ServerResponse } from 'node:http';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import { until } from '../support/until.ts';

const sdl = 'type Query { n: Int } type Mutation { bump: Int }';

let stack: AsyncDisposableStack;
let subgraph: SubgraphServer;
let gateway: TestGateway;
let n: number;
/** Answers of reads that the subgraph keeps back. */
let held: ServerResponse[];

beforeEach(async () => {
  n = 0;
  held = [];
  stack = new AsyncDisposableStack();
  subgraph = stack.use(
    await startSubgraph(sdl, { Query: { n: () => n }, Mutation: { bump: () => ++n } }),
  );
  gateway = stack.use(
    await startGateway({
      supergraph: { sdl: compose([{ name: 'only', url: subgraph.url, sdl }]) },
      config: { server: { drainMs: 100, maxBatch: 2 } },
    }),
  );
});
afterEach(() => stack.disposeAsync());

/** A read that the subgraph has received and not answered. */
async function beginOldRead(query: string): Promise<{ finish(): Promise<unknown> }> {
  subgraph.intercept = (_, response) => {
    held.push(response);
    return true;
  };
  const answer = ask(gateway.url, { query });
  await until('the read has reached the subgraph', () => held.length === 1);
  subgraph.intercept = undefined;
  return {
    finish: async () => {
      held[0]?.setHeader('content-type', 'application/json').end('{"data":{"n":0}}');
      return (await answer).body;
    },
  };
}

/** Ways to write, each with the message of a mutation. */
const writes: Readonly<Record<string, () => Promise<unknown>>> = {
  'a request': () => ask(gateway.url, { query: 'mutation { bump }' }),
  'a batch': () =>
    fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ query: 'mutation { bump }' }]),
    }),
  'a socket': async () => {
    const client = await openReadySocket(gateway.url.replace('http', 'ws'));
    client.send({ type: 'subscribe', id: '1', payload: { query: 'mutation { bump }' } });
    await client.next();
    client.close();
  },
};

test.each(
  Object.keys(writes).flatMap((by) => [
    { by, old: '{ n }', which: 'the same text' },
    // The client's texts differ, so that only the requests to the subgraph are equal.
    { by, old: '{ n } # old', which: 'another text' },
  ]),
)(
  'a query after a mutation by $by sees it, though a read of $which began before',
  async ({ by, old }) => {
    const before = await beginOldRead(old);
    await writes[by]?.();
    const after = await ask(gateway.url, { query: '{ n }' });
    expect(after.body).toEqual({ data: { n: 1 } });
    expect(await before.finish()).toEqual({ data: { n: 0 } });
  },
  5_000,
);
