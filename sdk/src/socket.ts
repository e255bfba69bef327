import { type Client as SocketClient, createClient as createSocketClient } from 'graphql-ws';

import { type ApiKey, authorization } from './credentials.ts';
import { ConnectionError, OperandiError } from './errors.ts';
import { asRecord, toOperandiError } from './graphql-errors.ts';
import type { Reviver } from './http.ts';
import { type AnyOperation, textOf } from './operation.ts';
import { untilAborted } from './signals.ts';

/** What subscriptions need. */
export interface SocketOptions {
  /** WebSocket address of the GraphQL endpoint. */
  readonly url: string;
  readonly apiKey: ApiKey | undefined;
  /** WebSocket class. @default the global one, else that of `ws` */
  readonly webSocket?: unknown;
  readonly reviver?: Reviver | undefined;
  /** The longest silence of a connection before it is asked whether it lives, milliseconds. @default 15 000 */
  readonly pingMs?: number | undefined;
  /**
   * A server that does not even say that it lives for so long is gone: a laptop has slept, a network has changed.
   * @default 10 000
   */
  readonly silenceMs?: number | undefined;
}

/** One connection for all subscriptions of a client; it opens with the first and closes after the last. */
export interface Socket extends AsyncDisposable {
  /** Results until the server completes; throws `OperandiError`, or `ConnectionError` when the connection ends. */
  subscribe<Data, Variables extends Record<string, unknown>>(
    operation: AnyOperation<Data, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): AsyncGenerator<Data, void>;
}

/** The platform closed the connection because of the credential; another one may be accepted. */
export class CredentialRefusedError extends OperandiError {}

// Closed for good: another try with the same document meets the same refusal.
const fatalCloseCodes: Readonly<Record<number, string>> = {
  4400: 'BAD_USER_INPUT',
  4406: 'BAD_USER_INPUT',
  4409: 'CONFLICT',
};
const refusalCloseCodes: Readonly<Record<number, string>> = {
  4401: 'UNAUTHENTICATED',
  4403: 'FORBIDDEN',
};

const connectMs = 30_000;

export function openSocket(options: SocketOptions): Socket {
  let client: Promise<SocketClient> | undefined;
  return {
    async *subscribe<Data, Variables extends Record<string, unknown>>(
      operation: AnyOperation<Data, Variables>,
      variables: Variables,
      signal?: AbortSignal,
    ) {
      const { text } = await textOf(operation);
      client ??= connect(options);
      const results = (await client).iterate<Data>({ query: text, variables });
      try {
        yield* dataOf(results, signal);
      } catch (error) {
        signal?.throwIfAborted();
        throw describe(error);
      } finally {
        // Ends the subscription at the server; it waits for nothing, as the last answer may never come.
        void results.return?.().catch(() => undefined);
      }
    },
    async [Symbol.asyncDispose]() {
      // A connection that never came about is none to be closed.
      await Promise.resolve((await client)?.dispose()).catch(() => undefined);
    },
  };
}

interface Result<Data> {
  readonly data?: Data | null | undefined;
  readonly errors?: readonly unknown[] | undefined;
}

async function* dataOf<Data>(
  results: AsyncIterator<Result<Data>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Data, void> {
  for (;;) {
    const next = await untilAborted(results.next(), signal);
    if (next.done === true) return;
    const { data, errors } = next.value;
    if (errors !== undefined && errors.length > 0) throw toOperandiError(errors);
    if (data !== undefined && data !== null) yield data;
  }
}

async function connect(options: SocketOptions): Promise<SocketClient> {
  let isRefused = false;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const giveUpAfter = (ms: number): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => client.terminate(), ms);
  };
  const rest = (): void => clearTimeout(watchdog);
  const client = createSocketClient({
    url: options.url,
    webSocketImpl: options.webSocket ?? globalWebSocket() ?? (await webSocketOfNode()),
    connectionParams: () => authorization(options.apiKey, { isRefused }),
    // Coming back is the watcher's business: it alone knows the cursor.
    retryAttempts: 0,
    keepAlive: options.pingMs ?? 15_000,
    on: {
      connecting: () => giveUpAfter(connectMs),
      connected: () => {
        rest();
        isRefused = false;
      },
      ping: (isReceived) => {
        if (!isReceived) giveUpAfter(options.silenceMs ?? 10_000);
      },
      message: rest,
      closed: (event) => {
        rest();
        isRefused = (codeOf(event) ?? 0) in refusalCloseCodes;
      },
    },
    ...(options.reviver && { jsonMessageReviver: options.reviver }),
  });
  return client;
}

// Node has one since version 22; the types of Node 24 do not know that it can be missing.
function globalWebSocket(): unknown {
  return 'WebSocket' in globalThis ? globalThis.WebSocket : undefined;
}

/** One that is given up while it connects fails once more, when nobody listens. */
async function webSocketOfNode(): Promise<unknown> {
  const { WebSocket } = await import('ws');
  return class extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given);
      this.on('error', () => undefined);
    }
  };
}

function describe(error: unknown): Error {
  if (error instanceof OperandiError) return error;
  if (Array.isArray(error)) return toOperandiError(error);
  const code = codeOf(error);
  const message = `the platform closed the connection: ${reasonIn(error)}`;
  const refusal = code === undefined ? undefined : refusalCloseCodes[code];
  if (refusal !== undefined) return new CredentialRefusedError(refusal, message);
  const fatal = code === undefined ? undefined : fatalCloseCodes[code];
  if (fatal !== undefined) return new OperandiError(fatal, message);
  return new ConnectionError('the connection to the platform ended', { cause: error });
}

// `code` and `reason` of a CloseEvent are getters of its prototype, which a spread would miss.
function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

function reasonIn(error: unknown): string {
  const isClose = typeof error === 'object' && error !== null && 'reason' in error;
  const reason: unknown = isClose ? error.reason : asRecord(error)['message'];
  return typeof reason === 'string' ? reason : '';
}
