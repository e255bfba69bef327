import { AppError } from '../../kernel/errors.ts';
import { type GatewayConfig, isMaskingErrors } from '../config/config.ts';
import { clientTlsFor } from '../execute/transport/client-tls.ts';
import type { PeerTls } from '../../kernel/tls/peer-tls.ts';
import type { SubgraphTransport } from '../execute/transport/port.ts';
import { subscribeToLegacySocket } from './upstream-legacy-socket.ts';
import { type Callbacks, createCallbacks } from './upstream-callback.ts';
import { subscribeToEventStream } from './upstream-event-stream.ts';
import { createUpstreamSockets, type UpstreamSockets } from './upstream-socket.ts';

/** The ways to subscribe at subgraphs that are reached over the network. */
export interface Subscribers {
  /** Where some subgraphs send their events; undefined where none may. */
  readonly callbacks: Callbacks | undefined;
  readonly subscriber: (name: string, url: string) => SubgraphTransport['subscribe'];
  close(): Promise<void>;
}

/** Each subgraph is asked by the protocol it speaks; sockets are multiplexed, one per subgraph and identity. */
export function createSubscribers(config: GatewayConfig, peerTls?: PeerTls): Subscribers {
  const opened: UpstreamSockets[] = [];
  const { callback } = config.subscriptions;
  const callbacks = callback && createCallbacks(callback);
  return {
    callbacks,
    subscriber: (name, url) => createSubscriber(config, { name, url, callbacks, peerTls, opened }),
    close: async () => {
      await Promise.all(opened.map((sockets) => sockets.close()));
    },
  };
}

interface SubscriberParts {
  readonly name: string;
  readonly url: string;
  readonly callbacks: Callbacks | undefined;
  readonly peerTls: PeerTls | undefined;
  /** Sockets that are to be closed. */
  readonly opened: UpstreamSockets[];
}

function createSubscriber(
  config: GatewayConfig,
  { name, url, callbacks, peerTls, opened }: SubscriberParts,
): SubgraphTransport['subscribe'] {
  const own = config.subgraphs[name] ?? {};
  const maxBytes = own.maxResponseBytes ?? config.subgraph.maxResponseBytes;
  const { maxPendingEvents } = config.subscriptions;
  const subgraph = { name, isMaskingErrors: isMaskingErrors(config, name) };
  const common = { subgraph, tls: clientTlsFor(config, name, peerTls) };
  const socket = {
    ...{ ...common, maxPendingEvents },
    url: url.replace(/^http/, 'ws'),
    maxMessageBytes: maxBytes,
  };
  switch (own.subscriptionProtocol) {
    case 'sse':
      return (request) =>
        subscribeToEventStream(request, { ...common, url, maxEventBytes: maxBytes });
    case 'callback':
      if (callbacks === undefined) throw noCallback(name);
      return (request) => callbacks.subscribe(request, { ...common, url, maxPendingEvents });
    case 'graphql-ws':
      return (request) => subscribeToLegacySocket(request, socket);
    case 'graphql-transport-ws':
    case undefined: {
      const sockets = createUpstreamSockets(socket);
      opened.push(sockets);
      return (request) => sockets.subscribe(request);
    }
  }
}

function noCallback(name: string): AppError {
  const message = `Subgraph "${name}" calls back: say in subscriptions.callback.publicUrl where it finds this gateway`;
  return new AppError('BAD_USER_INPUT', message);
}
