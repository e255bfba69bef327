import type { IncomingMessage, Server } from 'node:http';

import type { ExecutionArgs, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

import type { Actor } from '../../core/access/actor.ts';
import type { Services } from '../../core/context.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { runInLogContext, streamForLogs } from '../../kernel/log-context.ts';
import { isPeer } from '../../kernel/tls/peer-tls.ts';
import { createContext } from './context.ts';
import { actorHeader, requestIdOf, type Identify } from './identify.ts';
import type { SubgraphSettings } from './settings.ts';
import { asErrors, openSubscription, prepareOperation } from './subscriptions.ts';
import type { OperationText } from './subscriptions.ts';

const initTimeoutMs = 3_000;
const maxMessageBytes = 1024 * 1024;

export interface SocketParts {
  readonly schema: GraphQLSchema;
  readonly services: Services;
  readonly settings: SubgraphSettings;
  readonly identify: Identify;
  /** Aborted when clients have had their time to say goodbye. */
  readonly stopping: AbortSignal;
}

type Params = Record<string, unknown>;
// Filled when the connection is accepted; graphql-ws hands one such record per socket to every hook.
type Caller = { actor: Actor };

/** Serves graphql-transport-ws on `/graphql` of the server; the returned function sends all clients away. */
export function serveSockets(server: Server, parts: SocketParts): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const handler = useServer<Params, Caller>(
    {
      connectionInitWaitTimeout: initTimeoutMs,
      onConnect({ connectionParams, extra }) {
        const isInParams = connectionParams?.[actorHeader] !== undefined;
        try {
          extra.actor = parts.identify(isInParams ? connectionParams : extra.request.headers);
          return true;
        } catch {
          extra.socket.close(CloseCode.Unauthorized, 'Unauthorized');
          return false;
        }
      },
      onSubscribe({ extra: { actor } }, _id, payload) {
        const requestId = requestIdOf(payload.extensions?.['requestId']);
        return runInLogContext({ requestId, tenantId: actor?.tenantId }, () =>
          open(parts, { actor, requestId }, payload),
        );
      },
      subscribe: (args) => opened.get(args) ?? { data: null },
    },
    sockets,
  );
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    if (request.url?.split('?', 1)[0] !== '/graphql') {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const { tls } = parts.settings;
    if (tls !== undefined && !isPeer(request.socket, tls.peers)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) =>
      sockets.emit('connection', client, request),
    );
  });
  parts.stopping.addEventListener('abort', () => {
    for (const client of sockets.clients) client.terminate();
  });
  return async () => await handler.dispose();
}

/** Streams on their way from `onSubscribe`, where errors become an `error` message, to `subscribe`. */
const opened = new WeakMap<object, AsyncGenerator<ExecutionResult, void, undefined>>();

interface Asking {
  readonly actor: Actor | undefined;
  readonly requestId: string;
}

async function open(
  parts: SocketParts,
  { actor, requestId }: Asking,
  payload: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { schema, services, settings } = parts;
  const { log } = services;
  try {
    if (actor === undefined)
      throw new AppError('UNAUTHENTICATED', 'the connection is not accepted yet');
    const operation = prepareOperation(schema, settings, textOf(payload));
    const controller = new AbortController();
    const context = createContext(services, { actor, requestId, signal: controller.signal });
    const answer = await openSubscription(schema, operation, { context, controller });
    if ('errors' in answer) return answer.errors;
    const args = { schema, document: operation.document, operationName: operation.operationName };
    opened.set(args, streamForLogs(answer.stream));
    return args;
  } catch (error) {
    return asErrors(error, { requestId, log });
  }
}

function textOf({ query, variables, operationName }: SubscribePayload): OperationText {
  return { query, variables: jsonObject(variables), operationName: operationName ?? undefined };
}

// graphql-ws has checked that variables are an object, and JSON.parse makes nothing but JSON.
function jsonObject(variables: Record<string, unknown> | null | undefined): JsonObject | undefined {
  return (variables ?? undefined) as JsonObject | undefined;
}
