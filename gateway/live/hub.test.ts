import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AdmittedOperation } from '../admit/admission.ts';
import { anonymous } from '../admit/identity.ts';
import { type FormattedError, OperationRefused } from '../operation.ts';
import { createStubGraph, type StubGraph } from '../testing/stub-graph.ts';
import { createSubscriptionHub, type SubscriptionHub } from './hub.ts';
import { defaultSubscriptionOptions } from './options.ts';
import type { Sink } from './sink.ts';

/** A client whose results are awaited one by one. */
class Recorder implements Sink {
  readonly #results: string[] = [];
  readonly #waiting: ((text: string) => void)[] = [];

  next({ text }: { readonly text: string }): void {
    this.#put(text);
  }
  fail(errors: readonly FormattedError[]): void {
    this.#put(`failed: ${errors.map(({ message }) => message).join()}`);
  }
  complete(): void {
    this.#put('completed');
  }
  read(): Promise<string> {
    const text = this.#results.shift();
    if (text !== undefined) return Promise.resolve(text);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
  #put(text: string): void {
    const resolve = this.#waiting.shift();
    if (resolve) resolve(text);
    else this.#results.push(text);
  }
}

const defaultSchema =
  'type Query { hello: String } type Tick { number: Int cursor: String } type Subscription { ticks(after: String): Tick }';
const query = 'subscription { ticks { number } }';
const event = (number: number) => ({
  data: { ticks: { number, operandiCursor: `c${number}` } },
});

let stub: StubGraph;
let hub: SubscriptionHub;

async function admit(text = query, headers = {}): Promise<AdmittedOperation> {
  using lease = stub.current.acquire();
  const source = { query: text };
  const request = {
    variables: undefined,
    identity: anonymous,
    headers,
    signal: new AbortController().signal,
    requestId: 'r',
  };
  const { graph } = lease;
  const prepared = await graph.prepare(source, request.identity);
  return { source, prepared, request, graph, [Symbol.dispose]: () => undefined };
}

function open(options = {}): void {
  hub = createSubscriptionHub({
    current: stub.current,
    options: {
      ...defaultSubscriptionOptions,
      resume: { argument: 'after', field: 'cursor' },
      ...options,
    },
    log: pino({ level: 'silent' }),
  });
}

beforeEach(() => {
  stub = createStubGraph();
  open();
});

describe('resuming', () => {
  it('asks the subgraph for the cursor and begins without one', async () => {
    hub.subscribe(await admit(), new Recorder());
    const { request } = await stub.untilOpened(1);
    expect(request.query).toContain('ticks(after: $operandiAfter)');
    expect(request.query).toContain('operandiCursor: cursor');
    expect(request.variables).toEqual({ operandiAfter: null });
  });

  it('keeps the cursor the client gave as the beginning', async () => {
    hub.subscribe(await admit('subscription { ticks(after: "mine") { number } }'), new Recorder());
    expect((await stub.untilOpened(1)).request.variables).toEqual({ operandiAfter: 'mine' });
  });

  it('takes a broken stream up again after the last event', async () => {
    const client = new Recorder();
    hub.subscribe(await admit(), client);
    const first = await stub.untilOpened(1);
    first.queue.push(event(1));
    await client.read();
    first.queue.fail(new Error('socket lost'));
    const second = await stub.untilOpened(2);
    expect(second.request.variables).toEqual({ operandiAfter: 'c1' });
    second.queue.push(event(2));
    expect(await client.read()).toContain('"number":2');
  });

  it('tells the client when the subgraph stays away', async () => {
    open({ reconnectWithinMs: 0 });
    const client = new Recorder();
    hub.subscribe(await admit(), client);
    (await stub.untilOpened(1)).queue.fail(new Error('down'));
    const next = stub.untilOpened(2).then(({ queue }) => queue.fail(new Error('down')));
    expect(await client.read()).toContain('failed: The subgraph of this subscription');
    void next;
  });

  it('leaves a schema without cursors as it is', async () => {
    stub = createStubGraph('type Query { a: Int } type Subscription { ticks: Int }');
    open();
    hub.subscribe(await admit('subscription { ticks }'), new Recorder());
    expect((await stub.untilOpened(1)).request.query).toBe('subscription { ticks }');
  });
});

describe('sharing', () => {
  it('gives a late client its own stream when the shared one began in the past', async () => {
    const [early, late] = [new Recorder(), new Recorder()];
    hub.subscribe(await admit(), early);
    (await stub.untilOpened(1)).queue.push(event(1));
    await early.read();
    hub.subscribe(await admit(), late);
    (await stub.untilOpened(2)).queue.push(event(1));
    expect(await late.read()).toContain('"number":1');
    expect(hub.upstreamCount).toBe(2);
  });

  it('keeps clients apart whose headers may mean something to a subgraph', async () => {
    hub.subscribe(await admit(query, { 'x-region': 'eu' }), new Recorder());
    hub.subscribe(await admit(query, { 'x-region': 'us' }), new Recorder());
    await stub.untilOpened(2);
    expect(hub.upstreamCount).toBe(2);
  });

  it('forgets everything when the last client leaves', async () => {
    const leave = hub.subscribe(await admit(), new Recorder());
    const alsoLeave = hub.subscribe(await admit(), new Recorder());
    await stub.untilOpened(1);
    leave();
    leave();
    expect(hub.clientCount).toBe(1);
    alsoLeave();
    expect([hub.clientCount, hub.upstreamCount, stub.leases]).toEqual([0, 0, 0]);
  });

  it('refuses more subscriptions than a tenant may have', async () => {
    open({ maxPerTenant: 1 });
    hub.subscribe(await admit(), new Recorder());
    const second = await admit();
    expect(() => hub.subscribe(second, new Recorder())).toThrow(OperationRefused);
  });
});

describe('a reload of the supergraph', () => {
  it('keeps the upstream subscription when the operation means the same', async () => {
    const client = new Recorder();
    hub.subscribe(await admit(), client);
    const upstream = await stub.untilOpened(1);
    stub.reload(
      'type Query { new: Int } type Tick { number: Int cursor: String } type Subscription { ticks(after: String): Tick }',
    );
    upstream.queue.push(event(1));
    expect(await client.read()).toContain('"number":1');
    expect([stub.opened.length, stub.leases]).toEqual([1, 1]);
  });

  it('delivers the event that was on its way before those of a new upstream subscription', async () => {
    const client = new Recorder();
    hub.subscribe(await admit(), client);
    const first = await stub.untilOpened(1);
    first.queue.push(event(1));
    stub.reload(defaultSchema, 'http://elsewhere');
    expect(await client.read()).toContain('"number":1');
    const second = await stub.untilOpened(2);
    expect([first.isLeft, second.request.variables]).toEqual([true, { operandiAfter: 'c1' }]);
    second.queue.push(event(2));
    expect(await client.read()).toContain('"number":2');
  });

  it('lets go of a graph that a client left while it was being moved to', async () => {
    const leave = hub.subscribe(await admit(), new Recorder());
    await stub.untilOpened(1);
    stub.reload(defaultSchema);
    leave();
    await new Promise((resolve) => setImmediate(resolve));
    expect(stub.leases).toBe(0);
  });

  it('ends the subscription with the reason when the field is gone', async () => {
    const client = new Recorder();
    hub.subscribe(await admit(), client);
    await stub.untilOpened(1);
    stub.reload('type Query { a: Int } type Subscription { other: Int }');
    expect(await client.read()).toContain('failed: Cannot query field "ticks"');
    expect([hub.clientCount, hub.upstreamCount, stub.leases]).toEqual([0, 0, 0]);
  });
});
