import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { startTracing, type Tracing } from '../../kernel/tracing.ts';

/** A span as OTLP has it in JSON. */
interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly {
    readonly key: string;
    readonly value: Readonly<Record<string, unknown>>;
  }[];
}

interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly spans: ReceivedSpan[];
}

async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as {
        readonly resourceSpans: readonly {
          readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
        }[];
      };
      for (const { scopeSpans } of resourceSpans) {
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
      response.end('{}');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const sdl = {
  orders:
    'type Query { order: Order } type Order { id: ID! product: Product } type Product @key(fields: "id", resolvable: false) { id: ID! }',
  products: 'type Product @key(fields: "id") { id: ID! name: String }',
};
const query = 'query Shown { order { product { name } } }';
const client = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
const traceparent = `00-${client.traceId}-${client.spanId}-01`;

let stack: AsyncDisposableStack;
let collector: Collector;
let tracing: Tracing;
let orders: SubgraphServer;
let products: SubgraphServer;
let url: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  collector = stack.use(await startCollector());
  orders = stack.use(
    await startSubgraph(sdl.orders, {
      Query: { order: () => ({ id: '1', product: { id: '7' } }) },
    }),
  );
  products = stack.use(
    await startSubgraph(sdl.products, {
      Product: { __resolveReference: (reference) => ({ ...reference, name: 'Chair' }) },
    }),
  );
  const started = startTracing({ endpoint: collector.url, service: 'gateway' });
  if (started === undefined) throw new Error('tracing did not start');
  tracing = started;
  const supergraph = compose([
    { name: 'orders', url: orders.url, sdl: sdl.orders },
    { name: 'products', url: products.url, sdl: sdl.products },
  ]);
  ({ url } = stack.use(await startGateway({ supergraph: { sdl: supergraph }, tracing })));
});

afterEach(() => stack.disposeAsync());

const attributesOf = (span: ReceivedSpan | undefined): Record<string, unknown> =>
  Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, value['stringValue']]));

describe('a traced request', () => {
  it('is one trace from the client over the gateway to every subgraph', async () => {
    await ask(url, { query }, { traceparent });
    await tracing[Symbol.asyncDispose]();
    const { spans } = collector;
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([client.traceId]));
    const operation = spans.find(({ name }) => name === 'query Shown');
    expect(operation?.parentSpanId).toBe(client.spanId);
    const calls = spans.filter(({ name }) => name.startsWith('subgraph '));
    expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual([
      operation?.spanId,
      operation?.spanId,
    ]);
    expect(calls.map((span) => attributesOf(span)['operandi.fetch'])).toEqual(['root', 'entities']);
    const told = [orders, products].map(({ received }) => received[0]?.headers['traceparent']);
    expect(told).toEqual(calls.map(({ spanId }) => `00-${client.traceId}-${spanId}-01`));
  });

  it('begins a trace of its own where the client names none', async () => {
    await ask(url, { query }, { traceparent: '00-nonsense' });
    await tracing[Symbol.asyncDispose]();
    const operation = collector.spans.find(({ name }) => name === 'query Shown');
    expect(operation?.parentSpanId ?? '').toBe('');
    expect(operation?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('marks the call to a subgraph that failed', async () => {
    products.intercept = (_, response) => {
      response.writeHead(503).end('away');
      return true;
    };
    await ask(url, { query });
    await tracing[Symbol.asyncDispose]();
    const failed = collector.spans.filter(({ status }) => status.code === 2);
    expect(failed.map(({ name }) => name)).toEqual(['subgraph products']);
  });
});

describe('without a collector', () => {
  it('nothing is traced', () => {
    expect(startTracing({ endpoint: undefined, service: 'gateway' })).toBeUndefined();
  });
});
