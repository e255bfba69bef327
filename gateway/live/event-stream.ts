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
import { eventStream, type StreamForm } from './stream-form.ts';

interface EventStreamServices {
  readonly hub: SubscriptionHub;
  readonly options: SubscriptionOptions;
  /** The ways to end the streams that are open; each stands here while it lives. */
  readonly open: Set<() => void>;
  readonly log: Logger;
  /** @default server-sent events */
  readonly form?: StreamForm;
  /** Time between signs that keep idle streams open, milliseconds. @default 12_000 */
  readonly keepAliveMs?: number;
}

/** A client of event streams hears of its mistakes on a stream: browsers show it no other answer. */
export function refuseEventStream(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  errors: readonly FormattedError[],
): void {
  response.writeHead(200, { ...headers, ...eventStream.headers });
  response.write(eventStream.failure(errors));
  response.end(eventStream.end);
}

/** Answers one operation as a stream of results. Resolves when the stream has ended. */
export async function serveEventStream(
  admitted: AdmittedOperation,
  response: ServerResponse,
  { hub, options, open, log, form = eventStream, keepAliveMs = 12_000 }: EventStreamServices,
): Promise<void> {
  if (response.destroyed) return;
  const ended = new Promise((resolve) => response.once('close', resolve));
  response.writeHead(200, form.headers);
  response.write(form.opening);
  using stack = new DisposableStack();
  const timer = setInterval(() => response.write(form.keepAlive), keepAliveMs);
  stack.defer(() => clearInterval(timer));
  const sink = new StreamSink(response, {
    form,
    maxBufferedBytes: options.maxBufferedBytes,
    held: stack,
  });
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

interface StreamOptions {
  readonly form: StreamForm;
  readonly maxBufferedBytes: number;
  /** Let go as soon as the last result is written, however slowly the client reads. */
  readonly held: DisposableStack;
}

/** Writes results to a stream; after the end it takes nothing more. */
class StreamSink implements Sink {
  readonly #response: ServerResponse;
  readonly #options: StreamOptions;

  constructor(response: ServerResponse, options: StreamOptions) {
    this.#response = response;
    this.#options = options;
  }

  next(payload: Payload): void {
    const { form, maxBufferedBytes } = this.#options;
    if (this.#response.writableLength > maxBufferedBytes) this.fail([overflowError]);
    else if (!this.#response.writableEnded) this.#response.write(form.next(payload));
  }

  fail(errors: readonly FormattedError[]): void {
    if (this.#response.writableEnded) return;
    this.#response.write(this.#options.form.failure(errors));
    this.complete();
  }

  complete(): void {
    if (this.#response.writableEnded) return;
    this.#response.end(this.#options.form.end);
    this.#options.held.dispose();
  }
}

function follow(
  admitted: AdmittedOperation,
  sink: StreamSink,
  { hub, stack }: { readonly hub: SubscriptionHub; readonly stack: DisposableStack },
): void {
  const { expiresAt, revoked } = admitted.request.identity;
  const refuse = (why?: AppError): void => sink.fail([credentialError(why)]);
  stack.defer(at(expiresAt, () => refuse()));
  stack.defer(revoked?.(refuse) ?? (() => undefined));
  stack.defer(hub.subscribe(admitted, sink));
}

async function answer({ prepared, request }: AdmittedOperation, sink: StreamSink): Promise<void> {
  const { body, incremental } = await prepared.execute(request);
  sink.next(new Payload(body));
  for await (const part of incremental ?? []) sink.next(new Payload(part));
  sink.complete();
}
