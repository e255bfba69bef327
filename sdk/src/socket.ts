import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type Client as SocketClient, createClient as createSocketClient } from 'graphql-ws';

import { type ApiKey, authorization } from './credentials.ts';
import { ConnectionError, OperandiError } from './errors.ts';
import { asRecord, toOperandiError } from './graphql-errors.ts';
import type { Reviver } from './http.ts';

/** What subscriptions need. */
export interface SocketOptions {
  /** WebSocket address of the GraphQL endpoint. */
  readonly url: string;
  readonly apiKey: ApiKey | undefined;
  /** WebSocket class. @default the global one, else that of `ws` */
  readonly webSocket?: unknown;
  readonly reviver?: Reviver | undefined;
}

/** One connection for all subscriptions of a client; it opens with the first and closes after the last. */
export interface Socket extends AsyncDisposable {
  /** Results until the server completes; throws `OperandiError`, or `ConnectionError` when the connection ends. */
  subscribe<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncGenerator<Data, void>;
}

// Closed for good: another try with the same credential and document meets the same refusal.
const fatalCloseCodes: Readonly<Record<number, string>> = {
  4400: 'BAD_USER_INPUT',
  4401: 'UNAUTHENTICATED',
  4403: 'FORBIDDEN',
  4406: 'BAD_USER_INPUT',
  4409: 'CONFLICT',
};

export function openSocket(options: SocketOptions): Socket {
  let client: Promise<SocketClient> | undefined;
  return {
    async *subscribe<Data, Variables extends Record<string, unknown>>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
    ) {
      client ??= connect(options);
      const results = (await client).iterate<Data>({ query: print(document), variables });
      try {
        for await (const { data, errors } of results) {
          if (errors !== undefined && errors.length > 0) throw toOperandiError(errors);
          if (data !== undefined && data !== null) yield data;
        }
      } catch (error) {
        throw describe(error);
      }
    },
    async [Symbol.asyncDispose]() {
      await (await client)?.dispose();
    },
  };
}

async function connect(options: SocketOptions): Promise<SocketClient> {
  return createSocketClient({
    url: options.url,
    webSocketImpl: options.webSocket ?? globalWebSocket() ?? (await import('ws')).WebSocket,
    connectionParams: () => authorization(options.apiKey),
    // Coming back is the watcher's business: it alone knows the cursor.
    retryAttempts: 0,
    keepAlive: 15_000,
    ...(options.reviver && { jsonMessageReviver: options.reviver }),
  });
}

// Node has one since version 22; the types of Node 24 do not know that it can be missing.
function globalWebSocket(): unknown {
  return 'WebSocket' in globalThis ? globalThis.WebSocket : undefined;
}

function describe(error: unknown): Error {
  if (error instanceof OperandiError) return error;
  if (Array.isArray(error)) return toOperandiError(error);
  const { code, reason } = asRecordWithCode(error);
  const fatal = code === undefined ? undefined : fatalCloseCodes[code];
  if (fatal !== undefined)
    return new OperandiError(fatal, `the platform closed the connection: ${reason}`);
  return new ConnectionError('the connection to the platform ended', error);
}

// `code` and `reason` of a CloseEvent are getters of its prototype, which a spread would miss.
function asRecordWithCode(error: unknown): {
  readonly code: number | undefined;
  readonly reason: string;
} {
  if (typeof error !== 'object' || error === null) return { code: undefined, reason: '' };
  const code: unknown = 'code' in error ? error.code : undefined;
  const reason: unknown = 'reason' in error ? error.reason : asRecord(error)['message'];
  return {
    code: typeof code === 'number' ? code : undefined,
    reason: typeof reason === 'string' ? reason : '',
  };
}
