import type { ServerResponse } from 'node:http';

import type { Admit as AdmitLive, AdmittedOperation } from './admission.ts';
import type { GatewayConfig } from './config.ts';
import type { GatewayParts, GatewayProtocol } from './create-gateway.ts';
import { describeFailure } from './http/failure.ts';
import { anonymous, type Authenticate, type Identity } from './identity.ts';
import { OperationRefused, type OperationRequest } from './operation.ts';
import type { Admit, Admitted } from './pipeline.ts';
import { serveEventStream } from './subscriptions/event-stream.ts';
import { createSubscriptionHub } from './subscriptions/hub.ts';
import type { SubscriptionOptions } from './subscriptions/options.ts';
import { createUpstreamSockets, type UpstreamSockets } from './subscriptions/upstream-socket.ts';
import type { SubgraphSubscription } from './transport/port.ts';
import { createSocketServer } from './websocket/socket-server.ts';

/** Answers an admitted operation as server-sent events. */
export type ServeEvents = (
  admitted: Admitted,
  request: OperationRequest,
  response: ServerResponse,
) => Promise<void>;

/** The live protocols of a gateway: WebSocket and server-sent events over one hub. */
export interface Live extends GatewayProtocol {
  readonly serveEvents: ServeEvents;
}

type LiveParts = Pick<GatewayParts, 'admit' | 'authenticate' | 'current' | 'config' | 'log'>;

export function createLive({ admit, authenticate, current, config, log }: LiveParts): Live {
  const subscriptions = subscriptionOptions(config);
  const hub = createSubscriptionHub({ current, options: subscriptions, log });
  const sockets = createSocketServer(
    {
      admit: adaptAdmission(admit),
      identify: createIdentify(authenticate),
      hub,
      subscriptions,
      log,
    },
    webSocketOptions(config),
  );
  return {
    upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
    serveEvents: (admitted, request, response) => {
      const { operation } = admitted;
      const live: AdmittedOperation = { source: admitted.source, prepared: operation, request };
      return serveEventStream(live, response, { hub, options: subscriptions });
    },
    drain: async () => {
      await sockets.drain(config.server.drainMs);
      hub[Symbol.dispose]();
    },
  };
}

/** The hub takes its own hold on the graph; only queries over a socket need the one of the admission. */
function adaptAdmission(admit: Admit): AdmitLive {
  return async (params, caller) => {
    const { identity, headers, signal, requestId } = caller;
    try {
      const admitted = await admit(
        {
          query: params.query,
          documentId: undefined,
          operationName: params.operationName,
          variables: params.variables,
          extensions: params.extensions,
        },
        { identity, address: '' },
      );
      const request = { variables: params.variables, identity, headers, signal, requestId };
      return { source: admitted.source, prepared: releasing(admitted), request };
    } catch (error) {
      if (error instanceof OperationRefused) throw error;
      const { errors, status, isInternal } = describeFailure(error, requestId);
      if (isInternal) throw error;
      throw new OperationRefused(errors, status);
    }
  };
}

function releasing(admitted: Admitted): Admitted['operation'] {
  const { operation } = admitted;
  if (operation.kind === 'subscription') {
    admitted[Symbol.dispose]();
    return operation;
  }
  return {
    ...operation,
    execute: async (request) => {
      try {
        return await operation.execute(request);
      } finally {
        admitted[Symbol.dispose]();
      }
    },
  };
}

function createIdentify(authenticate: Authenticate | undefined) {
  return (headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Identity> => {
    if (authenticate === undefined) return Promise.resolve(anonymous);
    const { authorization, 'x-api-key': apiKey } = headers;
    return authenticate(
      {
        ...(authorization !== undefined && { authorization }),
        ...(apiKey !== undefined && { apiKey }),
      },
      signal,
    );
  };
}

function subscriptionOptions({ subscriptions }: GatewayConfig): SubscriptionOptions {
  const {
    resume,
    maxBufferedBytes,
    maxPendingEvents,
    reconnectWithinMs,
    maxPerSocket,
    maxPerTenant,
  } = subscriptions;
  return {
    maxBufferedBytes,
    maxPendingEvents,
    reconnectWithinMs,
    maxPerSocket,
    maxPerTenant,
    ...(resume && { resume }),
  };
}

function webSocketOptions({ subscriptions, cors }: GatewayConfig) {
  const { maxMessageBytes, initTimeoutMs, pingMs, maxSockets } = subscriptions;
  const isOpen = cors.origins.length === 0 || cors.origins.includes('*');
  return {
    maxMessageBytes,
    initTimeoutMs,
    pingMs,
    maxSockets,
    ...(!isOpen && { allowedOrigins: cors.origins }),
  };
}

/** Upstream sockets of every HTTP subgraph; one multiplexed socket per subgraph and identity. */
export function createSubscribers(config: GatewayConfig) {
  const opened: UpstreamSockets[] = [];
  return {
    subscriber: (_: string, url: string) => {
      const sockets = createUpstreamSockets({
        url: url.replace(/^http/, 'ws'),
        maxPendingEvents: config.subscriptions.maxPendingEvents,
      });
      opened.push(sockets);
      return (request: SubgraphSubscription) => sockets.subscribe(request);
    },
    close: async () => {
      await Promise.all(opened.map((sockets) => sockets.close()));
    },
  };
}
