import { AppError } from '../../kernel/errors.ts';
import { type GatewayConfig, isMaskingErrors } from '../config/config.ts';
import { openClientTls } from '../execute/transport/client-tls.ts';
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
export function createSubscribers(config: GatewayConfig): Subscribers {
  const { subgraphs, subgraph: common, subscriptions } = config;
  const opened: UpstreamSockets[] = [];
  const callbacks = subscriptions.callback && createCallbacks(subscriptions.callback);
  return {
    callbacks,
    subscriber: (name, url) => {
      const own = subgraphs[name];
      const subgraph = { name, isMaskingErrors: isMaskingErrors(config, name) };
      const files = own?.tls ?? common.tls;
      const tls = files && openClientTls(name, files);
      const maxBytes = own?.maxResponseBytes ?? common.maxResponseBytes;
      if (own?.subscriptionProtocol === 'sse') {
        const options = { url, subgraph, tls, maxEventBytes: maxBytes };
        return (request) => subscribeToEventStream(request, options);
      }
      if (own?.subscriptionProtocol === 'callback') {
        if (callbacks === undefined) throw noCallback(name);
        const options = { url, subgraph, tls, maxPendingEvents: subscriptions.maxPendingEvents };
        return (request) => callbacks.subscribe(request, options);
      }
      const address = url.replace(/^http/, 'ws');
      const { maxPendingEvents } = subscriptions;
      if (own?.subscriptionProtocol === 'graphql-ws') {
        const options = {
          ...{ url: address, subgraph, tls, maxPendingEvents },
          maxMessageBytes: maxBytes,
        };
        return (request) => subscribeToLegacySocket(request, options);
      }
      const sockets = createUpstreamSockets({
        url: address,
        ...{ subgraph, tls },
        maxMessageBytes: maxBytes,
        maxPendingEvents,
      });
      opened.push(sockets);
      return (request) => sockets.subscribe(request);
    },
    close: async () => {
      await Promise.all(opened.map((sockets) => sockets.close()));
    },
  };
}

function noCallback(name: string): AppError {
  const message = `Subgraph "${name}" calls back: say in subscriptions.callback.publicUrl where it finds this gateway`;
  return new AppError('BAD_USER_INPUT', message);
}
