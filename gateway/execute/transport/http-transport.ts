import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliDecompress, type BrotliOptions, gunzip, inflate, type ZlibOptions } from 'node:zlib';

import type { Dispatcher, Pool } from 'undici';

import { AppError } from '../../../kernel/errors.ts';
import { cookieSeparator } from '../headers/merge.ts';
import { openPool, type PoolOptions } from './open-pool.ts';
import { writeMultipart } from './multipart-body.ts';
import { OversizedAnswer } from './oversized-answer.ts';
import type {
  SubgraphRequest,
  SubgraphResponse,
  SubgraphSubscription,
  SubgraphTransport,
} from './port.ts';

type Decode = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const decoders: ReadonlyMap<string, Decode> = new Map([
  ['gzip', promisify<Buffer, ZlibOptions, Buffer>(gunzip)],
  ['deflate', promisify<Buffer, ZlibOptions, Buffer>(inflate)],
  ['br', promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress)],
]);

/** How a subgraph is reached over HTTP. */
export interface HttpTransportOptions extends PoolOptions {
  readonly name: string;
  readonly url: string;
  readonly maxResponseBytes: number;
  readonly subscribe?: (
    request: SubgraphSubscription,
  ) => ReturnType<SubgraphTransport['subscribe']>;
}

/** A subgraph behind a pool of keep-alive connections. */
export function createHttpTransport(options: HttpTransportOptions): SubgraphTransport {
  const url = new URL(options.url);
  const pool = openPool(url.origin, options);
  // Clients may be slow to send files, which hold no connection then that others wait for; and of HTTP/2 undici does not
  // survive a body that comes to no end.
  let filePool: Pool | undefined;
  const poolFor = ({ files }: SubgraphRequest): Pool =>
    files === undefined
      ? pool
      : (filePool ??= openPool(url.origin, { ...options, isHttp2: false }));
  const path = `${url.pathname}${url.search}`;
  return {
    execute: (request) => exchange(poolFor(request), path, { request, options }),
    subscribe: (request) => {
      if (options.subscribe === undefined) {
        throw new AppError(
          'SUBGRAPH_FAILED',
          `Subgraph "${options.name}" takes no subscriptions here`,
        );
      }
      return options.subscribe(request);
    },
    close: async () => {
      await Promise.all([pool.close(), filePool?.close()]);
    },
  };
}

interface Exchange {
  readonly request: SubgraphRequest;
  readonly options: HttpTransportOptions;
}

/** `dispatch` and not `request`: a stream object per response costs more than the response. */
function exchange(
  pool: Pool,
  path: string,
  { request, options }: Exchange,
): Promise<SubgraphResponse> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(toError(signal.reason));
      return;
    }
    const receiver = new Receiver(options, (outcome) => {
      signal.removeEventListener('abort', abort);
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    });
    const abort = (): void => receiver.abort(toError(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    const { type, content, preflight } = bodyOf(request, (reason) => receiver.abort(reason));
    const headers = {
      ...request.headers,
      ...preflight,
      'content-type': type,
      accept: 'application/graphql-response+json, application/json;q=0.9',
    };
    // Only what may be sent again shares a connection of HTTP/2 with others that are under way.
    const idempotent = request.isQuery === true;
    pool.dispatch({ method: 'POST', path, headers, body: content, idempotent }, receiver);
  });
}

interface Body {
  readonly type: string;
  readonly content: string | Readable;
  readonly preflight?: Readonly<Record<string, string>>;
}

/** Servers take files only with a header that no page can send elsewhere without a preflight. */
const preflight = { 'apollo-require-preflight': 'true' } as const;

function bodyOf(request: SubgraphRequest, onFault: (reason: Error) => void): Body {
  const { body, files } = request;
  if (files === undefined) return { type: 'application/json', content: body };
  const { type, chunks } = writeMultipart(request, files);
  const content = Readable.from(chunks, { objectMode: false });
  // Before the connection has one of its own to tell.
  content.once('error', onFault);
  return { type, content, preflight };
}

class Receiver implements Dispatcher.DispatchHandler {
  readonly #options: HttpTransportOptions;
  readonly #done: (outcome: SubgraphResponse | Error) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #refusal: Error | undefined;
  #bytes = 0;
  #status = 0;
  #headers: Record<string, string> = {};

  constructor(options: HttpTransportOptions, done: (outcome: SubgraphResponse | Error) => void) {
    this.#options = options;
    this.#done = done;
  }

  abort(reason: Error): void {
    this.#refusal = reason;
    this.#controller?.abort(reason);
    this.#done(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#refusal !== undefined) controller.abort(this.#refusal);
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // Hints before the answer are no part of it.
    if (status < 200) return;
    this.#status = status;
    for (const name in headers) {
      const value = headers[name];
      if (value !== undefined)
        this.#headers[name] = Array.isArray(value) ? joinValues(name, value) : value;
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    const { name, maxResponseBytes } = this.#options;
    if (this.#bytes > maxResponseBytes) {
      this.#refusal = new OversizedAnswer(name, maxResponseBytes);
      controller.abort(this.#refusal);
      return;
    }
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only] = this.#chunks;
    const bytes =
      this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    const encoding = this.#headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') this.#finish(bytes);
    else void this.#decode(bytes, encoding);
  }

  // Nobody asked for compression, and some servers compress all the same.
  async #decode(bytes: Buffer, encoding: string): Promise<void> {
    const { name, maxResponseBytes } = this.#options;
    try {
      const decode = decoders.get(encoding);
      if (decode === undefined) throw new Error(`content-encoding ${encoding}`);
      this.#finish(await decode(bytes, { maxOutputLength: maxResponseBytes }));
    } catch (cause) {
      if (cause instanceof RangeError) {
        this.#done(new OversizedAnswer(name, maxResponseBytes));
        return;
      }
      const message = `Subgraph "${name}" answered what cannot be unpacked`;
      this.#done(new AppError('SUBGRAPH_FAILED', message, { cause }));
    }
  }

  #finish(bytes: Buffer): void {
    this.#done({ status: this.#status, headers: this.#headers, body: bytes.toString('utf8') });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#done(this.#refusal ?? error);
  }
}

function joinValues(name: string, values: readonly string[]): string {
  return values.join(name === 'set-cookie' ? cookieSeparator : ', ');
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('The request was abandoned');
}
