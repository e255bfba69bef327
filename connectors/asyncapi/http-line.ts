import { type IncomingMessage, request as ask } from 'node:http';

import { isJsonObject } from '../../kernel/json.ts';
import { failedAnswer } from '../../kernel/failed-answer.ts';
import type { Place } from '../egress/converse.ts';
import { IntegrationError } from '../errors.ts';
import { openSocket } from '../parts/open-socket.ts';
import { textOf } from './document.ts';
import type { Inbox } from './inbox.ts';
import type { Line, LineWish } from './line.ts';
import { createSplitter } from './split-stream.ts';

/** A stream of messages over HTTP: server-sent events, or JSON line by line. */
export async function openHttpStream(
  wish: LineWish,
  place: Place,
  signal: AbortSignal,
): Promise<Line> {
  const { name, target } = wish;
  const socket = await openSocket(
    { name, tls: target.wire.isSecure ? {} : undefined },
    place,
    signal,
  );
  return {
    get isUsable() {
      return !socket.destroyed;
    },
    publish: () => Promise.reject(new TypeError('requests of HTTP go their own way')),
    async consume(inbox) {
      const answer = await answerOf(wish, socket);
      const { statusCode = 0 } = answer;
      if (statusCode < 200 || statusCode > 299) throw await failureOf(name, answer);
      await pump(answer, inbox, wish);
    },
    reset: () => Promise.reject(new Error('the connection is used once')),
    close: () => socket.destroy(),
  };
}

function answerOf(
  { target, headers }: LineWish,
  socket: Awaited<ReturnType<typeof openSocket>>,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { host, pathname, search } = new URL(target.url);
  const sent = ask({
    ...{ method: methodOf(target.binding), path: `${pathname}${search}`, setHost: false },
    createConnection: () => socket,
    headers: {
      host,
      accept: 'text/event-stream, application/x-ndjson, application/json;q=0.5',
      ...headers,
    },
  });
  sent.on('error', reject);
  sent.once('response', resolve);
  sent.end();
  return promise;
}

/** The method of a binding; messages are asked for by GET unless it says otherwise. */
function methodOf(binding: LineWish['target']['binding']): string {
  const method = isJsonObject(binding) ? textOf(binding['method']) : '';
  return method === '' ? 'GET' : method.toUpperCase();
}

function pump(answer: IncomingMessage, inbox: Inbox, { name, maxBytes }: LineWish): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const contentType = answer.headers['content-type'] ?? '';
  const isEvents = contentType.startsWith('text/event-stream');
  const put = (text: string): void => {
    inbox.put({
      body: Buffer.from(text),
      contentType: isEvents ? undefined : 'application/json',
      headers: {},
    });
  };
  const splitter = createSplitter({ isEvents, maxBytes, put });
  inbox.attach({ pause: () => answer.pause(), resume: () => answer.resume() });
  answer.on('data', (chunk: Buffer) => {
    if (splitter.add(chunk)) return;
    answer.destroy();
    const message = `${name} sent a message of more than ${String(maxBytes)} bytes`;
    reject(new IntegrationError(message, { isRetryable: false }));
  });
  answer.on('end', () => splitter.end());
  answer.on('error', () => undefined);
  answer.once('close', () => {
    reject(Object.assign(new Error('the stream has ended'), { code: 'ECONNRESET' }));
  });
  return promise;
}

const maxShownBytes = 65_536;

async function failureOf(name: string, answer: IncomingMessage): Promise<IntegrationError> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxShownBytes) break;
  }
  const { statusCode = 0 } = answer;
  const texts = Object.entries(answer.headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return new IntegrationError(`${name} answered with status ${String(statusCode)}`, {
    status: statusCode,
    isRetryable: statusCode >= 500 || statusCode === 429,
    answer: failedAnswer({
      ...{ statusCode, headers: Object.fromEntries(texts) },
      body: Buffer.concat(chunks).subarray(0, maxShownBytes),
    }),
  });
}
