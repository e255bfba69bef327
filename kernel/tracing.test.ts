import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test, vi } from 'vitest';

import { tracingTo } from '../tests/support/tracing.ts';

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly {
        readonly key: string;
        readonly value: { readonly stringValue?: string };
      }[];
    };
  }[];
}

afterEach(() => void vi.unstubAllEnvs());

/** What a collector is sent by a process with one span: where to, and about whom. */
async function sentTo(path: string): Promise<{ at: string; about: Record<string, unknown> }> {
  await using stack = new AsyncDisposableStack();
  const received: { at: string; text: string }[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      received.push({ at: request.url ?? '', text: Buffer.concat(chunks).toString() });
      response.end('{}');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const tracing = tracingTo(`http://127.0.0.1:${port}${path}`, 'worker');
  tracing?.start('work').end();
  await tracing?.[Symbol.asyncDispose]();
  const [first] = received;
  const { resourceSpans } = JSON.parse(first?.text ?? '') as Sent;
  const attributes = resourceSpans[0]?.resource.attributes ?? [];
  return {
    at: first?.at ?? '',
    about: Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue])),
  };
}

test('traces go below the base of the collector, whose query stays one', async () => {
  expect((await sentTo('')).at).toBe('/v1/traces');
  expect((await sentTo('/tempo/?tenant=a')).at).toBe('/tempo/v1/traces?tenant=a');
});

test('a process names itself, unless its environment does', async () => {
  expect((await sentTo('')).about).toMatchObject({ 'service.name': 'operandi-worker' });
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=blue');
  expect((await sentTo('')).about).toMatchObject({
    'service.name': 'operandi-worker',
    'deployment.environment.name': 'blue',
  });
  vi.stubEnv('OTEL_SERVICE_NAME', 'invoices');
  expect((await sentTo('')).about).toMatchObject({ 'service.name': 'invoices' });
});
