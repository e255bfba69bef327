import { EventEmitter, on, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

import type { TestResolvers } from './federated.ts';
import { buildSchema } from './subgraph-server.ts';

/** A subgraph whose one subscription is fed by the test. */
export interface LiveSubgraph extends AsyncDisposable {
  readonly url: string;
  readonly sockets: WebSocketServer;
  /** Subscriptions that are open now. */
  readonly active: () => number;
  /** Sends an event with this value of the subscription's field. */
  emit(value: unknown): void;
}

/** Starts a subgraph that speaks graphql-transport-ws and nothing else. */
export async function startLiveSubgraph(sdl: string, field: string): Promise<LiveSubgraph> {
  const bus = new EventEmitter();
  let active = 0;
  const subscribe = (): AsyncIterableIterator<unknown> => {
    active += 1;
    const events = on(bus, 'event');
    // A generator would not hear of its end before the next event.
    return {
      async next() {
        const { value, done } = (await events.next()) as IteratorResult<[unknown], undefined>;
        return done === true ? { value, done } : { value: { [field]: value[0] } };
      },
      async return() {
        active -= 1;
        await events.return?.();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
  // A subscription resolver is an object with `subscribe`, which plain tests have no use for.
  const resolvers = { Subscription: { [field]: { subscribe } } } as unknown as TestResolvers;
  const server = createServer((_, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ server });
  useServer({ schema: buildSchema(sdl, resolvers) }, sockets);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    sockets,
    active: () => active,
    emit: (value) => void bus.emit('event', value),
    [Symbol.asyncDispose]: async () => {
      for (const client of sockets.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
