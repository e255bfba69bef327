import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anonymous, type Identity } from '../admit/identity.ts';
import { createStubGraph, type StubGraph } from '../testing/stub-graph.ts';
import { serveEventStream } from './event-stream.ts';
import { createSubscriptionHub } from './hub.ts';
import { defaultSubscriptionOptions } from './options.ts';
import { eventStream, partStream } from './stream-form.ts';

const query = 'subscription { ticks { number } }';
const tick = (number: number) => ({ data: { ticks: { number } } });

let stub: StubGraph;
let server: Server;
let url: string;
let identity: Identity;
let open: Set<() => void>;

beforeEach(async () => {
  stub = createStubGraph();
  identity = anonymous;
  open = new Set();
  const options = { ...defaultSubscriptionOptions, maxBufferedBytes: 4_096 };
  const log = pino({ level: 'silent' });
  const hub = createSubscriptionHub({ current: stub.current, options, log });
  server = createServer((request, response) => {
    void (async () => {
      const source = { query: request.url === '/query' ? '{ hello }' : query };
      using lease = stub.current.acquire();
      const prepared = await lease.graph.prepare(source, identity);
      const signal = new AbortController().signal;
      const about = { variables: undefined, headers: {}, requestId: 'r', identity, signal };
      const form = request.url === '/parts' ? partStream : eventStream;
      const services = { hub, options, open, log, form, keepAliveMs: 20 };
      const { graph } = lease;
      const admitted = {
        source,
        prepared,
        request: about,
        graph,
        [Symbol.dispose]: () => undefined,
      };
      await serveEventStream(admitted, response, services);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** Reads on until the text has the part. */
async function follow(path = '/', signal?: AbortSignal) {
  const response = await fetch(`${url}${path}`, { ...(signal && { signal }) });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    type: response.headers.get('content-type'),
    async until(part: string): Promise<string> {
      while (!text.includes(part)) {
        const chunk = await reader?.read();
        if (chunk?.value === undefined) throw new Error(`ended without ${part}: ${text}`);
        text += chunk.value;
      }
      return text;
    },
    async rest(): Promise<string> {
      for (;;) {
        const chunk = await reader?.read();
        if (chunk?.value === undefined) return text;
        text += chunk.value;
      }
    },
  };
}

describe('a stream in parts', () => {
  const parts = (text: string): unknown[] =>
    [...text.matchAll(/\r\n\r\n(\{.*\})\r\n--graphql/g)].map(([, json = '']): unknown =>
      JSON.parse(json),
    );

  it('carries each result as a payload, and signs of life between them', async () => {
    const stream = await follow('/parts');
    const { queue } = await stub.untilOpened(1);
    expect(stream.type).toBe('multipart/mixed; boundary="graphql"; subscriptionSpec=1.0');
    expect(parts(await stream.until('{}\r\n--graphql'))[0]).toEqual({});
    queue.push(tick(1));
    queue.push(tick(2));
    queue.finish();
    const text = await stream.rest();
    expect(parts(text).filter((part) => JSON.stringify(part) !== '{}')).toEqual([
      { payload: tick(1) },
      { payload: tick(2) },
    ]);
    expect([text.startsWith('\r\n--graphql\r\n'), text.endsWith('\r\n--graphql--\r\n')]).toEqual([
      true,
      true,
    ]);
  });

  it('tells what ends it before its time beside a payload of null', async () => {
    identity = { ...anonymous, expiresAt: new Date(Date.now() + 30) };
    const stream = await follow('/parts');
    expect(parts(await stream.rest()).at(-1)).toMatchObject({
      payload: null,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });
});

describe('an event stream', () => {
  it('carries each result as next and ends with complete', async () => {
    const stream = await follow();
    const { queue } = await stub.untilOpened(1);
    queue.push(tick(1));
    queue.push(tick(2));
    queue.finish();
    const text = await stream.rest();
    expect(stream.type).toBe('text/event-stream; charset=utf-8');
    expect(text.replaceAll(':\n\n', '')).toBe(
      `event: next\ndata: ${JSON.stringify(tick(1))}\n\n` +
        `event: next\ndata: ${JSON.stringify(tick(2))}\n\n` +
        'event: complete\ndata: \n\n',
    );
    expect([open.size, stub.leases]).toEqual([0, 0]);
  });

  it('answers a query with one next', async () => {
    const stream = await follow('/query');
    expect(await stream.rest()).toBe(
      ':\n\nevent: next\ndata: {"data":{"hello":"world"}}\n\nevent: complete\ndata: \n\n',
    );
  });

  it('is kept open by comments while nothing happens', async () => {
    const stream = await follow();
    expect(await stream.until(':\n\n:\n\n:\n\n')).toMatch(/^(:\n\n)+$/);
  });

  it('leaves the subgraph when the client goes', async () => {
    const client = new AbortController();
    await follow('/', client.signal);
    const { request } = await stub.untilOpened(1);
    const left = once(request.signal, 'abort');
    client.abort();
    await left;
    expect(stub.leases).toBe(0);
  });

  it('tells the client that its key is revoked and leaves the subgraph', async () => {
    let revoke: () => void = () => undefined;
    identity = {
      ...anonymous,
      revoked: (listener) => {
        revoke = listener;
        return () => undefined;
      },
    };
    const stream = await follow();
    const { request } = await stub.untilOpened(1);
    revoke();
    const text = await stream.rest();
    expect(text).toContain('"code":"UNAUTHENTICATED"');
    expect(text.endsWith('event: complete\ndata: \n\n')).toBe(true);
    expect(request.signal.aborted).toBe(true);
  });

  it('takes nothing more after its end', async () => {
    const stream = await follow();
    await stub.untilOpened(1);
    for (const end of [...open, ...open]) end();
    expect((await stream.rest()).match(/event: complete/g)).toHaveLength(1);
  });

  it('ends with SUBSCRIPTION_OVERFLOW when the client reads too slowly', async () => {
    const stream = await follow();
    const { queue, request } = await stub.untilOpened(1);
    const left = once(request.signal, 'abort');
    const big = { data: { ticks: { filler: 'x'.repeat(500_000) } } };
    for (let sent = 0; sent < 100; sent += 1) queue.push(big);
    await left;
    const text = await stream.rest();
    expect(text).toContain('SUBSCRIPTION_OVERFLOW');
    expect(text.endsWith('event: complete\ndata: \n\n')).toBe(true);
  });
});
