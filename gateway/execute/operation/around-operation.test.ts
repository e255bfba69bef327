import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AppError } from '../../../kernel/errors.ts';
import { until } from '../../../tests/support/until.ts';
import { EventQueue } from '../../live/event-queue.ts';
import type { GatewayPlugin } from '../../plugins.ts';
import { compose } from '../../testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../testing/start-gateway.ts';
import { openReadySocket } from '../../testing/text-socket.ts';

const sdl = 'type Query { n: Int } type Subscription { ticks: Int }';
const newer = `${sdl} type Unrelated { a: Int }`;
const sdlOf = (own: string) => compose([{ name: 'only', url: 'http://only', sdl: own }]);

let supergraph: { sdl: string };
let events: EventQueue<{ data: { ticks: number } }>;
let seen: string[];
let gateway: TestGateway;

const witness: GatewayPlugin = {
  name: 'witness',
  onOperation: ({ operation }) => void seen.push(`begin ${operation.name ?? ''}`),
  onResponse: ({ operation }, answer) => {
    seen.push(`answer ${operation.name ?? ''}`);
    if (answer.body.includes('13')) throw new AppError('FORBIDDEN', 'No such number');
    return { ...answer, body: answer.body.replace('1', '12') };
  },
};

beforeEach(async () => {
  seen = [];
  supergraph = { sdl: sdlOf(sdl) };
  events = new EventQueue(10, () => undefined);
  gateway = await startGateway({
    supergraph,
    plugins: [witness],
    config: { server: { maxBatch: 2 }, limits: { maxCost: 100 } },
    transports: () => ({
      execute: () => Promise.resolve({ status: 200, headers: {}, body: '{"data":{"n":1}}' }),
      subscribe: () => events,
      close: () => Promise.resolve(),
    }),
  });
});

afterEach(() => gateway[Symbol.asyncDispose]());

const query = 'query Numbers { n }';
const subscription = 'subscription Ticks { ticks }';
const answered = { data: { n: 12 }, extensions: { cost: { requested: 0 } } };

const post = async (body: unknown, accept = 'application/json'): Promise<string> => {
  const headers = { 'content-type': 'application/json', accept };
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return response.text();
};

const openSocket = () => openReadySocket(gateway.url.replace('http', 'ws'));

const metrics = async () => (await fetch(new URL('/metrics', gateway.url))).text();

const observed = async (labels: string): Promise<string | undefined> => {
  const text = await metrics();
  const metric = `operandi_gateway_operation_seconds_count{${labels}} `;
  return text
    .split('\n')
    .find((line) => line.startsWith(metric))
    ?.slice(metric.length);
};

describe('hooks, cost and clock are the same', () => {
  it.each([
    ['by itself', async () => (await ask(gateway.url, { query })).body],
    ['in a batch', async () => (JSON.parse(await post([{ query }])) as unknown[])[0]],
    [
      'as an event stream',
      async () => {
        const [, data = ''] = /event: next\ndata: (.*)/.exec(
          await post({ query }, 'text/event-stream'),
        ) ?? [''];
        return JSON.parse(data) as unknown;
      },
    ],
    [
      'over a WebSocket',
      async () => {
        const client = await openSocket();
        client.send({ type: 'subscribe', id: '1', payload: { query } });
        return (await client.next())['payload'];
      },
    ],
  ])('around a query %s', async (_, answer) => {
    expect(await answer()).toEqual(answered);
    expect(seen).toEqual(['begin Numbers', 'answer Numbers']);
    expect(await observed('kind="query",operation="Numbers"')).toBe('1');
  });
});

describe('a subscription', () => {
  const tick = (ticks: number) => ({ data: { ticks } });

  it('is announced to plugins for each client, and each event answered once for all who share it', async () => {
    const client = await openSocket();
    for (const id of ['1', '2']) {
      client.send({ type: 'subscribe', id, payload: { query: subscription } });
    }
    const clients = 'operandi_gateway_client_subscriptions 2';
    await until('both have subscribed', async () => (await metrics()).includes(clients));
    expect(seen).toEqual(['begin Ticks', 'begin Ticks']);
    events.push(tick(1));
    expect([await client.next(), await client.next()]).toMatchObject([
      { id: '1', payload: tick(12) },
      { id: '2', payload: tick(12) },
    ]);
    expect(seen.slice(2)).toEqual(['answer Ticks']);
    expect(await observed('kind="subscription",operation="Ticks"')).toBe('1');
  });

  it('comes as events where the client takes one text, too', async () => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream, multipart/mixed',
    };
    const client = new AbortController();
    const body = JSON.stringify({ query: subscription });
    const { signal } = client;
    const response = await fetch(gateway.url, { method: 'POST', headers, body, signal });
    client.abort();
    expect(response.headers.get('content-type')).toContain('text/event-stream');
  });

  it('ends with the code that a plugin refuses an event with', async () => {
    const client = await openSocket();
    client.send({ type: 'subscribe', id: '1', payload: { query: subscription } });
    events.push(tick(13));
    expect(await client.next()).toMatchObject({
      type: 'error',
      payload: [{ message: 'No such number', extensions: { code: 'FORBIDDEN' } }],
    });
  });

  it('is still seen by plugins when the supergraph was replaced below it', async () => {
    const client = await openSocket();
    client.send({ type: 'subscribe', id: '1', payload: { query: subscription } });
    events.push(tick(1));
    await client.next();
    supergraph.sdl = sdlOf(newer);
    await gateway.gateway.reload();
    events.push(tick(1));
    expect(await client.next()).toMatchObject({ payload: tick(12) });
    expect(seen).toEqual(['begin Ticks', 'answer Ticks', 'answer Ticks']);
  });
});
