import type { ServerResponse } from 'node:http';

import type { AdmitLive, AdmittedOperation } from './admission.ts';
import type { GatewayConfig } from './config.ts';
import type { GatewayParts, GatewayProtocol } from './create-gateway.ts';
import { describeFailure } from './http/failure.ts';
import { anonymous, type Authenticate, type Identity } from './identity.ts';
import { observeLive } from './observe.ts';
import { OperationRefused, type OperationRequest, type PreparedOperation } from './operation.ts';
import type { Admitted } from './pipeline.ts';
import { serveEventStream } from './subscriptions/event-stream.ts';
import { createSubscriptionHub } from './subscriptions/hub.ts';
import type { SubscriptionOptions } from './subscriptions/options.ts';
import { spread } from './subscriptions/spread.ts';
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

export interface LiveOptions extends Pick<
  GatewayParts,
  'admit' | 'authenticate' | 'current' | 'config' | 'log' | 'metrics' | 'plugins'
> {
  readonly onOperation: (kind: string, name: string | undefined, seconds: number) => void;
}

export function createLive(live: LiveOptions): Live {
  const { authenticate, current, config, log, plugins } = live;
  const subscriptions = subscriptionOptions(config);
  const seesAllHeaders = Object.keys(plugins).length > 0;
  const hub = createSubscriptionHub({ current, options: subscriptions, log, seesAllHeaders });
  const sockets = createSocketServer(
    {
      admit: adaptAdmission(live),
      identify: createIdentify(authenticate),
      hub,
      subscriptions,
      log,
    },
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
    serveEvents: async ({ source, operation, lease }, request, response) => {
      await plugins.onOperation?.({ operation, request, identity: request.identity });
      const admitted: AdmittedOperation = {
        source,
        prepared: operation,
        request,
        graph: lease.graph,
      };
      return serveEventStream(admitted, response, { hub, options: subscriptions, open });
    },
    drain: async () => {
      const { drainMs } = config.server;
      // The last to be sent away still need time to hear it.
      const overMs = drainMs * 0.8;
      await Promise.all([sockets.drain(overMs), spread([...open], overMs)]);
      hub[Symbol.dispose]();
    },
  };
}

/** Admission as sockets need it: with what plugins and metrics see of an operation over HTTP. */
function adaptAdmission({ admit, plugins, onOperation }: LiveOptions): AdmitLive {
  return async (params, caller) => {
    const { identity, headers, signal, requestId, address } = caller;
    let admitted: Admitted | undefined;
    try {
      const { query, operationName, variables, extensions } = params;
      admitted = await admit(
        { query, documentId: undefined, operationName, variables, extensions },
        { identity, address },
      );
      const request = { variables, identity, headers, signal, requestId };
      const { source, operation, lease } = admitted;
      await plugins.onOperation?.({ operation, request, identity });
      const release = admitted[Symbol.dispose].bind(admitted);
      const prepared = observed(operation, plugins, onOperation);
      return { source, prepared, request, graph: lease.graph, release };
    } catch (error) {
      admitted?.[Symbol.dispose]();
      if (error instanceof OperationRefused) throw error;
      const { errors, status, isInternal } = describeFailure(error, requestId);
      if (isInternal) throw error;
      throw new OperationRefused(errors, status);
    }
  };
}

function observed(
  operation: PreparedOperation,
  plugins: LiveOptions['plugins'],
  onOperation: LiveOptions['onOperation'],
): PreparedOperation {
  return {
    ...operation,
    execute: async (request) => {
      const { identity } = request;
      const started = performance.now();
      const plain = await operation.execute(request);
      const answer = (await plugins.onResponse?.({ operation, request, identity }, plain)) ?? plain;
      onOperation(operation.kind, operation.name, (performance.now() - started) / 1000);
      return answer;
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
