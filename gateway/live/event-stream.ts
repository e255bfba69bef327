import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { AdmittedOperation } from '../admit/admission.ts';
import { describeFailure } from '../answer/failure.ts';
import type { FormattedError } from '../operation.ts';
import type { AppError } from '../../kernel/errors.ts';
import { at } from './at.ts';
import { credentialError, overflowError } from './client-errors.ts';
import type { SubscriptionHub } from './hub.ts';
import type { SubscriptionOptions } from './options.ts';
import { Payload } from './payload.ts';
import type { Sink } from './sink.ts';

interface EventStreamServices {
  readonly hub: SubscriptionHub;
  readonly options: SubscriptionOptions;
  /** The ways to end the streams that are open; each stands here while it lives. */
  readonly open: Set<() => void>;
  readonly log: Logger;
  /** Time between comments that keep idle streams open, milliseconds. @default 12_000 */
  readonly keepAliveMs?: number;
}

const comment = ':\n\n';
const complete = 'event: complete\ndata: \n\n';
const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** A client of event streams hears of its mistakes on a stream: browsers show it no other answer. */
export function refuseEventStream(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  errors: readonly FormattedError[],
): void {
  response.writeHead(200, { ...headers, ...streamHeaders });
  response.write(new Payload(JSON.stringify({ errors })).event());
  response.end(complete);
}

/**
 * Answers one operation as server-sent events: `next` for each result, then `complete`
 * (GraphQL over Server-Sent Events, distinct connections mode). Resolves when the stream has ended.
 */
export async function serveEventStream(
  admitted: AdmittedOperation,
  response: ServerResponse,
  { hub, options, open, log, keepAliveMs = 12_000 }: EventStreamServices,
): Promise<void> {
  if (response.destroyed) return;
  const ended = new Promise((resolve) => response.once('close', resolve));
  response.writeHead(200, streamHeaders);
  response.write(comment);
  using stack = new DisposableStack();
  const timer = setInterval(() => response.write(comment), keepAliveMs);
  stack.defer(() => clearInterval(timer));
  const sink = new EventSink(response, options.maxBufferedBytes, stack);
  const end = (): void => sink.complete();
  open.add(end);
  stack.defer(() => open.delete(end));
  try {
    if (admitted.prepared.kind === 'subscription') follow(admitted, sink, { hub, stack });
    else await answer(admitted, sink);
  } catch (error) {
    const { requestId } = admitted.request;
    const { errors, isInternal } = describeFailure(error, requestId);
    if (isInternal) log.error({ err: error, requestId }, 'an operation on an event stream failed');
    sink.fail(errors);
  }
  await ended;
}

/** Writes results as events; after the end it takes nothing more. */
class EventSink implements Sink {
  readonly #response: ServerResponse;
  readonly #maxBufferedBytes: number;
  readonly #held: DisposableStack;

  /** What is held for the stream is let go as soon as the last event is written, however slowly the client reads. */
  constructor(response: ServerResponse, maxBufferedBytes: number, held: DisposableStack) {
    this.#response = response;
    this.#maxBufferedBytes = maxBufferedBytes;
    this.#held = held;
  }

  next(payload: Payload): void {
    if (this.#response.writableLength > this.#maxBufferedBytes) this.fail([overflowError]);
    else if (!this.#response.writableEnded) this.#response.write(payload.event());
  }

  fail(errors: readonly FormattedError[]): void {
    if (this.#response.writableEnded) return;
    this.#response.write(new Payload(JSON.stringify({ errors })).event());
    this.complete();
  }

  complete(): void {
    if (this.#response.writableEnded) return;
    this.#response.end(complete);
    this.#held.dispose();
  }
}

function follow(
  admitted: AdmittedOperation,
  sink: EventSink,
  { hub, stack }: { readonly hub: SubscriptionHub; readonly stack: DisposableStack },
): void {
  const { expiresAt, revoked } = admitted.request.identity;
  const refuse = (why?: AppError): void => sink.fail([credentialError(why)]);
  stack.defer(at(expiresAt, () => refuse()));
  stack.defer(revoked?.(refuse) ?? (() => undefined));
  stack.defer(hub.subscribe(admitted, sink));
}

async function answer({ prepared, request }: AdmittedOperation, sink: EventSink): Promise<void> {
  const { body, incremental } = await prepared.execute(request);
  sink.next(new Payload(body));
  for await (const part of incremental ?? []) sink.next(new Payload(part));
  sink.complete();
}
