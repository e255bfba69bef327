import { type GatewayConfig, isMaskingErrors } from '../config/config.ts';
import type { PeerTls } from '../../kernel/tls/peer-tls.ts';
import type { SubgraphTransport } from '../execute/transport/port.ts';
import { subscribeToEventStream } from './upstream-event-stream.ts';
import { createUpstreamSockets, type UpstreamSockets } from './upstream-socket.ts';

/** The ways to subscribe at subgraphs that are reached over the network. */
export interface Subscribers {
  readonly subscriber: (name: string, url: string) => SubgraphTransport['subscribe'];
  close(): Promise<void>;
}

/** Each subgraph is asked by the protocol it speaks; sockets are multiplexed, one per subgraph and identity. */
export function createSubscribers(config: GatewayConfig, tls?: PeerTls): Subscribers {
  const { subgraphs, subgraph: common, subscriptions } = config;
  const opened: UpstreamSockets[] = [];
  return {
    subscriber: (name, url) => {
      const own = subgraphs[name];
      const subgraph = { name, isMaskingErrors: isMaskingErrors(config, name) };
      const maxBytes = own?.maxResponseBytes ?? common.maxResponseBytes;
      if (own?.subscriptionProtocol === 'sse') {
        const options = { url, subgraph, maxEventBytes: maxBytes };
        return (request) => subscribeToEventStream(request, options);
      }
      const sockets = createUpstreamSockets({
        url: url.replace(/^http/, 'ws'),
        ...{ subgraph, tls },
        maxMessageBytes: maxBytes,
        maxPendingEvents: subscriptions.maxPendingEvents,
      });
      opened.push(sockets);
      return (request) => sockets.subscribe(request);
    },
    close: async () => {
      await Promise.all(opened.map((sockets) => sockets.close()));
    },
  };
}
