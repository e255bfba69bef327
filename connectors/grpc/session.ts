import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { isIP } from 'node:net';

import type { Place, SentMark } from '../egress/converse.ts';
import type { Session } from '../egress/idle-sessions.ts';
import { IntegrationError } from '../errors.ts';
import { openSocket } from '../parts/open-socket.ts';
import { createMessages, framed } from './frames.ts';
import { codeOfHttp } from './status.ts';

/** A connection to a server of gRPC; one call at a time goes over it. */
export interface GrpcSession extends Session {
  ask(call: GrpcCall, mark: SentMark): Promise<GrpcAnswer>;
}

export interface GrpcCall {
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly message: Uint8Array;
  /** Of all messages of the answer. */
  readonly maxBytes: number;
  readonly maxMessages: number;
  /** After which the server gives up, milliseconds; `Infinity` for never. */
  readonly timeoutMs: number;
}

export interface GrpcAnswer {
  readonly code: number;
  readonly message: string;
  readonly messages: readonly Buffer[];
}

export interface GrpcLogin {
  /** How messages call the server. */
  readonly name: string;
  /** Undefined for a connection in the open. */
  readonly tls: { readonly ca: string | undefined } | undefined;
}

const maxHeaderBytes = 32_768;

/** Connects to the checked address, and to nothing else. */
export async function openGrpc(
  login: GrpcLogin,
  place: Place,
  signal: AbortSignal,
): Promise<GrpcSession> {
  const socket = await openSocket({ ...login, alpn: 'h2' }, place, signal);
  const isNumber = isIP(place.host.replaceAll(/[[\]]/g, '')) === 6;
  const host = isNumber && !place.host.startsWith('[') ? `[${place.host}]` : place.host;
  const scheme = login.tls === undefined ? 'http' : 'https';
  const session = connect(`${scheme}://${host}:${String(place.port)}`, {
    createConnection: () => socket,
    settings: { enablePush: false, maxHeaderListSize: maxHeaderBytes },
    maxSettings: 32,
  });
  // It stays: an error that nobody listens to would end the process.
  session.on('error', () => undefined);
  return {
    get isUsable() {
      return !session.closed && !session.destroyed && !socket.destroyed;
    },
    ask: (call, mark) => ask(session, { call, mark, name: login.name }),
    reset: () => Promise.resolve(),
    close() {
      session.destroy();
      socket.destroy();
    },
  };
}

interface Asked {
  readonly call: GrpcCall;
  readonly mark: SentMark;
  readonly name: string;
}

/** One call: a message, then the messages of the answer, then what came of it (gRPC over HTTP2). */
function ask(session: ClientHttp2Session, { call, mark, name }: Asked): Promise<GrpcAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<GrpcAnswer>();
  const messages = createMessages(name, call);
  mark.isSent = true;
  const stream = session.request({
    ...{ ':method': 'POST', ':path': call.path, te: 'trailers' },
    'content-type': 'application/grpc',
    'user-agent': 'operandi/1',
    ...timeoutHeader(call.timeoutMs),
    ...call.headers,
  });
  const seen: { status: number; said: Record<string, unknown> } = { status: 0, said: {} };
  stream.on('response', (headers) => {
    seen.status = headers[':status'] ?? 0;
    seen.said = headers;
    // What is no answer of gRPC has no messages to wait for.
    if (seen.status !== 200) stream.close(constants.NGHTTP2_CANCEL);
  });
  stream.on('trailers', (trailers: Record<string, unknown>) => {
    seen.said = trailers;
  });
  stream.on('data', (chunk: Buffer) => {
    try {
      messages.take(chunk);
    } catch (error) {
      stream.close(constants.NGHTTP2_CANCEL);
      reject(error instanceof Error ? error : new Error('unreadable'));
    }
  });
  stream.on('error', reject);
  session.once('error', reject);
  stream.once('close', () => {
    session.off('error', reject);
    if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) {
      mark.isSent = false;
      reject(closed('refused the call unread'));
    } else settle(seen, messages, { name, resolve, reject, stream });
  });
  stream.end(framed(call.message));
  return promise;

  function closed(what: string): IntegrationError {
    return new IntegrationError(`${name} ${what}`, { isRetryable: true });
  }
}

interface Ending {
  readonly name: string;
  readonly stream: ClientHttp2Stream;
  readonly resolve: (answer: GrpcAnswer) => void;
  readonly reject: (error: Error) => void;
}

function settle(
  { status, said }: { readonly status: number; readonly said: Readonly<Record<string, unknown>> },
  messages: ReturnType<typeof createMessages>,
  { resolve, reject, stream }: Ending,
): void {
  if (status !== 0 && status !== 200) {
    const message = `status ${String(status)} of HTTP`;
    resolve({ code: codeOfHttp(status), message, messages: [] });
    return;
  }
  const code = said['grpc-status'];
  if (typeof code === 'string' && /^\d{1,3}$/.test(code)) {
    const message = said['grpc-message'];
    const text = typeof message === 'string' ? decoded(message) : '';
    resolve({ code: Number(code), message: text, messages: messages.taken });
    return;
  }
  reject(
    Object.assign(new Error('the call has no end'), { code: `HTTP2_${String(stream.rstCode)}` }),
  );
}

/** The time that is left, in as fine a unit as eight digits hold. */
function timeoutHeader(ms: number): Readonly<Record<string, string>> {
  if (!Number.isFinite(ms)) return {};
  const whole = Math.max(1, Math.ceil(ms));
  return { 'grpc-timeout': whole < 1e8 ? `${String(whole)}m` : `${String(Math.ceil(ms / 1000))}S` };
}

/** Messages are written in percent signs where they are no printable ASCII; what does not decode stays. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
