import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import type { Tracing } from '../../kernel/tracing.ts';
import { attributesOf, startCollector, type Collector } from '../support/collector.ts';
import { tracingTo } from '../support/tracing.ts';

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
  const started = tracingTo(collector.url, 'gateway');
  if (started === undefined) throw new Error('tracing did not start');
  tracing = started;
  const supergraph = compose([
    { name: 'orders', url: orders.url, sdl: sdl.orders },
    { name: 'products', url: products.url, sdl: sdl.products },
  ]);
  ({ url } = stack.use(await startGateway({ supergraph: { sdl: supergraph }, tracing })));
});

afterEach(() => stack.disposeAsync());

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

  it('marks the call to a subgraph that failed, and the operation that had errors', async () => {
    products.intercept = (_, response) => {
      response.writeHead(503).end('away');
      return true;
    };
    await ask(url, { query });
    await tracing[Symbol.asyncDispose]();
    const failed = collector.spans.filter(({ status }) => status.code === 2);
    expect(failed.map(({ name }) => name)).toEqual(['subgraph products', 'query Shown']);
  });
});

describe('of which few are kept', () => {
  it('a trace is kept or not by who begins it', () => {
    const rare = tracingTo(collector.url, 'rare', {
      ...{ sampler: 'parentbased_traceidratio', ratio: 0 },
    });
    expect(rare?.start('own').headers['traceparent']).toMatch(/-00$/);
    const below = rare?.start('below', { parent: { traceparent } });
    expect(below?.headers['traceparent']).toMatch(new RegExp(`^00-${client.traceId}-.*-01$`));
  });
});

describe('without a collector', () => {
  it('nothing is traced', () => {
    expect(tracingTo(undefined, 'gateway')).toBeUndefined();
  });
});
