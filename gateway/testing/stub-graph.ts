import { buildSchema, type ExecutionResult, graphql, parse, validate } from 'graphql';
import type { SubgraphSubscription, SubgraphTransport } from '../execute/transport/port.ts';
import { EventQueue } from '../live/event-queue.ts';
import {
  OperationRefused,
  type OperationSource,
  type PreparedOperation,
  type UpstreamSubscription,
} from '../operation.ts';
import type { CurrentGraph, Graph } from '../supergraph/graph.ts';

/** A subscription that the stub subgraph was asked for, to be fed by the test. */
export interface OpenedSubscription {
  readonly request: SubgraphSubscription;
  readonly queue: EventQueue<ExecutionResult>;
  isLeft: boolean;
}

/** A supergraph of one stub subgraph whose events come from the test. */
export interface StubGraph {
  readonly current: CurrentGraph;
  readonly opened: OpenedSubscription[];
  /** Resolves when so many subscriptions were opened since the start. */
  untilOpened(count: number): Promise<OpenedSubscription>;
  /** Events completed so far, over all groups. */
  completed: number;
  /** Leases that are held. */
  leases: number;
  /** Puts another schema in force, or the subgraph at another place. */
  reload(sdl: string, url?: string): void;
}

const defaultSdl = `
  type Query { hello: String }
  type Tick { number: Int cursor: String }
  type Subscription { ticks(after: String): Tick  other: Int }
`;

export function createStubGraph(sdl = defaultSdl): StubGraph {
  const opened: OpenedSubscription[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const listeners = new Set<() => void>();
  const transport = stubTransport(opened, () => {
    for (const { count, resolve } of waiting) if (opened.length >= count) resolve();
  });
  let graph = stubGraphOf(sdl, { transport, onComplete: () => (stub.completed += 1) });
  const stub: StubGraph = {
    opened,
    completed: 0,
    leases: 0,
    async untilOpened(count) {
      if (opened.length < count) {
        await new Promise<void>((resolve) => waiting.push({ count, resolve }));
      }
      const subscription = opened[count - 1];
      if (subscription === undefined) throw new Error('not opened');
      return subscription;
    },
    reload(nextSdl, url) {
      graph = stubGraphOf(nextSdl, { transport, onComplete: () => (stub.completed += 1), url });
      for (const listener of listeners) listener();
    },
    current: {
      acquire() {
        stub.leases += 1;
        let isHeld = true;
        return {
          graph,
          [Symbol.dispose]: () => {
            if (isHeld) stub.leases -= 1;
            isHeld = false;
          },
        };
      },
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  };
  return stub;
}

function stubTransport(opened: OpenedSubscription[], onOpen: () => void): SubgraphTransport {
  return {
    execute: () => Promise.reject(new Error('not used')),
    close: () => Promise.resolve(),
    subscribe(request) {
      const subscription: OpenedSubscription = {
        request,
        isLeft: false,
        queue: new EventQueue<ExecutionResult>(1_000, () => (subscription.isLeft = true)),
      };
      request.signal.addEventListener('abort', () => void subscription.queue.return());
      opened.push(subscription);
      onOpen();
      return subscription.queue;
    },
  };
}

function stubGraphOf(
  sdl: string,
  hooks: {
    readonly transport: SubgraphTransport;
    readonly onComplete: () => void;
    readonly url?: string | undefined;
  },
): Graph {
  const schema = buildSchema(sdl);
  return {
    id: sdl,
    apiSchema: schema,
    subgraphs: new Map([
      [
        'stub',
        {
          name: 'stub',
          url: hooks.url ?? 'http://stub',
          transport: hooks.transport,
          forwarded: ({ 'x-region': region }) =>
            region === undefined ? {} : { 'x-region': region },
          headers: () => Promise.resolve({}),
        },
      ],
    ]),
    prepare: (source) => Promise.resolve(prepare(schema, source, hooks.onComplete)),
  };
}

function prepare(
  schema: ReturnType<typeof buildSchema>,
  source: OperationSource,
  onComplete: () => void,
): PreparedOperation {
  let document;
  try {
    document = parse(source.query);
  } catch (error) {
    throw new OperationRefused([{ message: String(error) }]);
  }
  const errors = validate(schema, document);
  if (errors.length > 0) throw new OperationRefused(errors.map(({ message }) => ({ message })));
  const [operation] = document.definitions;
  const isSubscription = 'operation' in (operation ?? {}) && source.query.includes('subscription');
  return {
    kind: isSubscription ? 'subscription' : 'query',
    name: undefined,
    key: source.query,
    cost: () => 1,
    async execute() {
      const result = await graphql({ schema, source: source.query, rootValue: { hello: 'world' } });
      return { body: JSON.stringify(result), hasErrors: false, headers: {} };
    },
    ...(isSubscription && {
      subscription: {
        rootField: { name: 'ticks', upstreamKey: 'ticks', responseKey: 'ticks' },
        upstream: (variables): UpstreamSubscription => ({
          service: 'stub',
          query: source.query,
          variables: variables ?? {},
        }),
        complete(event) {
          onComplete();
          return Promise.resolve({ body: JSON.stringify(event), hasErrors: false, headers: {} });
        },
      },
    }),
  };
}
