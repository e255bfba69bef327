import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createHttpTransport } from '../../gateway/execute/transport/http-transport.ts';
import { subscribeToEventStream } from '../../gateway/live/upstream-event-stream.ts';
import { createUpstreamSockets } from '../../gateway/live/upstream-socket.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph } from '../../gateway/testing/subgraph-server.ts';
import {
  answer,
  brokenAnswers,
  type HostilePeer,
  oddAnswers,
  openHostilePeer,
  type Play,
} from '../support/hostile-peer.ts';

const graphQL = (data: string): Play => answer(`{"data":${data}}`);
const answers = new Map([
  ...brokenAnswers,
  ['data that is a text', graphQL('"a"')],
  ['data of lists in lists', graphQL(`{"odd":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)],
  ['errors that are none', answer('{"data":null,"errors":[null,1,{}]}')],
  ['errors with a path of objects', answer('{"data":null,"errors":[{"message":{},"path":{}}]}')],
]);

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
const held = new AsyncDisposableStack();

let peer: HostilePeer;
let play: Play | undefined;
let gatewayUrl: string;

beforeAll(async () => {
  process.on('uncaughtExceptionMonitor', note);
  held.defer(() => void process.off('uncaughtExceptionMonitor', note));
  peer = held.use(await openHostilePeer(new Map([['graphql', (socket) => play?.(socket)]])));
  const goodSdl = 'type Query { good: String }';
  const good = held.use(await startSubgraph(goodSdl, { Query: { good: () => 'fine' } }));
  const sdl = compose([
    { name: 'good', url: good.url, sdl: goodSdl },
    {
      name: 'odd',
      url: `http://${peer.host}/graphql`,
      sdl: 'scalar JSON type Query { odd: JSON }',
    },
  ]);
  const config = { subgraph: { timeoutMs: 3_000, retries: 0, breaker: { isEnabled: false } } };
  const gateway = held.use(await startGateway({ supergraph: { sdl }, config }));
  gatewayUrl = gateway.url;
});

afterEach(() => {
  expect(unhandled.splice(0)).toEqual([]);
});

afterAll(() => held.disposeAsync());

it.each([...answers])('%s of one subgraph leaves the answer of the other whole', async (_, one) => {
  play = one;
  const { body } = await ask(gatewayUrl, { query: '{ good odd }' });
  expect(body).toMatchObject({ data: { good: 'fine', odd: null } });
  const beside = await ask(gatewayUrl, { query: '{ again: good }' });
  expect(beside.body).toEqual({ data: { again: 'fine' } });
});

it('hints before an answer leave no header behind', async () => {
  play = oddAnswers.get('hints before it');
  const transport = createHttpTransport({
    name: 'odd',
    url: `http://${peer.host}/graphql`,
    connections: 1,
    maxResponseBytes: 1_000,
  });
  const { signal } = new AbortController();
  const response = await transport.execute({ body: '{}', headers: {}, signal });
  expect(response).toMatchObject({ status: 200, body: '{"ok":true}' });
  expect(response.headers).not.toHaveProperty('x-hint');
  await transport.close();
});

it('an event stream in a coding nobody asked for is none', async () => {
  play = answer(
    'event: next\ndata: {"data":{"odd":1}}\n\n',
    'content-type: text/event-stream\r\ncontent-encoding: compress',
  );
  const events = subscribeToEventStream(subscription(), {
    url: `http://${peer.host}/graphql`,
    subgraph: { name: 'odd', isMaskingErrors: false },
  });
  await expect(events.next()).rejects.toThrow('without an event stream');
});

it.each([...answers])('%s ends a subscription by event stream with an error', async (_, one) => {
  play = one;
  const events = subscribeToEventStream(subscription(), {
    url: `http://${peer.host}/graphql`,
    subgraph: { name: 'odd', isMaskingErrors: false },
    openTimeoutMs: 2_000,
  });
  await expect(events.next()).rejects.toThrow();
});

it.each([...answers])('%s ends a subscription by socket with an error', async (_, one) => {
  play = one;
  const sockets = createUpstreamSockets({
    url: `ws://${peer.host}/graphql`,
    subgraph: { name: 'odd', isMaskingErrors: false },
    openTimeoutMs: 2_000,
  });
  const events = sockets.subscribe(subscription())[Symbol.asyncIterator]();
  await expect(events.next()).rejects.toThrow();
  await sockets.close();
});

function subscription() {
  const signal = new AbortController().signal;
  return { identityKey: 'me', query: 'subscription { odd }', headers: {}, signal };
}
