import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Logger } from 'pino';

import type { Metrics } from '../../kernel/telemetry.ts';
import type { Admit } from '../admit/admission.ts';
import type { Identify } from '../admit/identity.ts';
import type { ServeEvents } from '../answer/answer-operation.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { WebSocketOptions } from '../listen/websocket/options.ts';
import { createSocketServer } from '../listen/websocket/socket-server.ts';
import { observeLive } from '../observe/observe.ts';
import type { CurrentGraph } from '../supergraph/graph.ts';
import { serveEventStream } from './event-stream.ts';
import { createSubscriptionHub } from './hub.ts';
import type { SubscriptionOptions } from './options.ts';
import { spread } from './spread.ts';

/** The live protocols of a gateway: WebSocket and server-sent events over one hub. */
export interface Live {
  /** Takes a connection over from the HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly serveEvents: ServeEvents;
  /** Sends all clients away, spread over the time of the drain. */
  drain(): Promise<void>;
}

interface LiveOptions {
  readonly admit: Admit;
  readonly identify: Identify;
  readonly current: CurrentGraph;
  readonly config: GatewayConfig;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Plugins look at client headers: only clients with equal ones share a subscription. */
  readonly seesAllHeaders: boolean;
}

export function createLive(live: LiveOptions): Live {
  const { admit, identify, current, config, log, seesAllHeaders } = live;
  const subscriptions = subscriptionOptions(config);
  const hub = createSubscriptionHub({ current, options: subscriptions, log, seesAllHeaders });
  const sockets = createSocketServer(
    { admit, identify, hub, subscriptions, log },
    webSocketOptions(config),
  );
  const open = new Set<() => void>();
  observeLive(live.metrics, {
    sockets: () => sockets.socketCount,
    eventStreams: () => open.size,
    clientSubscriptions: () => hub.clientCount,
    upstreamSubscriptions: () => hub.upstreamCount,
  });
  return {
    upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
    serveEvents: (admitted, response, form) =>
      serveEventStream(admitted, response, { hub, options: subscriptions, open, log, form }),
    drain: async () => {
      // The last to be sent away still need time to hear it.
      const overMs = config.server.drainMs * 0.8;
      await Promise.all([sockets.drain(overMs), spread([...open], overMs)]);
      hub[Symbol.dispose]();
    },
  };
}

function subscriptionOptions({ subscriptions }: GatewayConfig): SubscriptionOptions {
  const { resume, ...options } = subscriptions;
  return { ...options, ...(resume && { resume }) };
}

function webSocketOptions({ subscriptions, cors, server }: GatewayConfig): WebSocketOptions {
  const isOpen = cors.origins.includes('*');
  const { trustedHops } = server;
  return { ...subscriptions, trustedHops, ...(!isOpen && { allowedOrigins: cors.origins }) };
}
