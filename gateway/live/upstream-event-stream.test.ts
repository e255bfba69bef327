import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ExecutionResult } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { subscribeToEventStream } from './upstream-event-stream.ts';
import { UpstreamRefused } from './upstream-refused.ts';

let server: Server;
let url: string;
let answer: (response: ServerResponse, request: IncomingMessage) => void;
let received: { readonly headers: IncomingMessage['headers']; readonly body: string }[];

beforeEach(async () => {
  received = [];
  server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body });
      answer(response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function subscribe(
  signal = new AbortController().signal,
  isMaskingErrors = false,
): AsyncGenerator<ExecutionResult, void> {
  const headers = { 'x-team': 'blue' };
  const extensions = { traceparent: '00-1-2-01' };
  return subscribeToEventStream(
    {
      identityKey: 'me',
      query: 'subscription { a }',
      variables: { b: 1 },
      extensions,
      headers,
      signal,
    },
    { url, subgraph: { name: 'news', isMaskingErrors } },
  );
}

async function collect(events: AsyncIterable<ExecutionResult>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const { data } of events) all.push(data);
  return all;
}

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
}

describe('an upstream event stream', () => {
  it('asks with what a subscription carries and brings each result until the end', async () => {
    answer = (response) => {
      stream(response);
      response.write(':\n\nevent: next\ndata: {"data":{"a":1}}\n\nevent: next\ndata: {"data":');
      response.end('{"a":2}}\n\nevent: complete\ndata:\n\n');
    };
    expect(await collect(subscribe())).toEqual([{ a: 1 }, { a: 2 }]);
    expect(received[0]?.headers).toMatchObject({ accept: 'text/event-stream', 'x-team': 'blue' });
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      query: 'subscription { a }',
      variables: { b: 1 },
      extensions: { traceparent: '00-1-2-01' },
    });
  });

  it('is refused by a GraphQL answer with errors, whatever its status', async () => {
    answer = (response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"errors":[{"message":"no such field","extensions":{"stacktrace":["at"]}}]}');
    };
    const refused = await collect(subscribe()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UpstreamRefused);
    const extensions = { code: 'SUBGRAPH_FAILED', service: 'news' };
    expect(refused).toHaveProperty('errors', [{ message: 'no such field', extensions }]);
    const masked = await collect(subscribe(undefined, true)).catch((error: unknown) => error);
    const message = 'Subgraph "news" reported an error';
    expect(masked).toHaveProperty('errors', [{ message, extensions }]);
  });

  it.each([
    ['a page', (response: ServerResponse) => void response.end('<html>')],
    [
      'a redirect',
      (response: ServerResponse) => void response.writeHead(302, { location: '/x' }).end(),
    ],
    [
      'a stream that stops',
      (response: ServerResponse) => {
        stream(response);
        response.end('event: next\ndata: {"data":{"a":1}}\n\n');
      },
    ],
    [
      'no JSON',
      (response: ServerResponse) => {
        stream(response);
        response.write('event: next\ndata: {\n\n');
      },
    ],
  ])('is broken by %s', async (_, act) => {
    answer = act;
    const broken = await collect(subscribe()).catch((error: unknown) => error);
    expect(broken).toBeInstanceOf(Error);
    expect(broken).not.toBeInstanceOf(UpstreamRefused);
    expect(received).toHaveLength(1);
  });

  it('lets the subgraph go when nobody listens any more', async () => {
    const controller = new AbortController();
    const gone = new Promise((resolve) => {
      answer = (response) => {
        stream(response);
        response.write('event: next\ndata: {"data":{"a":1}}\n\n');
        response.once('close', resolve);
      };
    });
    const events = subscribe(controller.signal);
    await events.next();
    controller.abort();
    await gone;
    await expect(events.next()).rejects.toThrow();
  });
});
