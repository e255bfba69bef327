import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test } from 'vitest';

import { createSupergraphReader, watchSupergraph } from './source.ts';

async function startRegistry(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/supergraph`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const { signal } = new AbortController();

test('asks a registry only for what is newer than it has, with the headers given', async () => {
  const asked: (string | undefined)[] = [];
  await using registry = await startRegistry(({ headers }, response) => {
    asked.push(headers['if-none-match']);
    if (headers['x-key'] !== 'k') response.writeHead(403).end();
    else if (headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"1"' }).end('the SDL');
  });
  const read = createSupergraphReader({ url: registry.url, headers: { 'x-key': 'k' } });
  expect(await read(signal)).toBe('the SDL');
  expect(await read(signal)).toBe('the SDL');
  expect(asked).toEqual([undefined, '"1"']);
  const stranger = createSupergraphReader({ url: registry.url });
  await expect(stranger(signal)).rejects.toThrow(/registry|HTTP 403/);
});

test('names the file that cannot be read', async () => {
  const read = createSupergraphReader({ file: '/none/supergraph.graphql' });
  await expect(read(signal)).rejects.toThrow('The supergraph /none/supergraph.graphql cannot');
});

test('does not ask again before it has heard the answer', async () => {
  const controller = new AbortController();
  const release = Promise.withResolvers<undefined>();
  const second = Promise.withResolvers<undefined>();
  let hints = 0;
  const source = { url: 'http://registry.test', pollMs: 1 };
  watchSupergraph(source, controller.signal, async () => {
    hints++;
    if (hints === 2) second.resolve(undefined);
    await release.promise;
  });
  // Long enough for many questions, were they asked by the clock alone.
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(hints).toBe(1);
  release.resolve(undefined);
  await second.promise;
  controller.abort();
});
