import { AppError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import { runInLogContext } from '../../../kernel/log-context.ts';
import { isJsonObject, type JsonObject } from '../../../kernel/json.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { Admit, AdmittedOperation, OperationParams } from '../../admit/admission.ts';
import type { Identify, Identity } from '../../admit/identity.ts';
import { describeFailure } from '../../answer/failure.ts';
import { at } from '../../live/at.ts';
import { overflowError } from '../../live/client-errors.ts';
import type { SubscriptionHub } from '../../live/hub.ts';
import type { SubscriptionOptions } from '../../live/options.ts';
import { Payload } from '../../live/payload.ts';
import type { FormattedError } from '../../operation.ts';
import { type ClientMessage, type CloseCode, closeCodes, refusal } from './messages.ts';

/** The socket as the protocol needs it. */
export interface Wire {
  send(data: string | Buffer): void;
  close(code: CloseCode): void;
  /** Bytes that are not sent yet. */
  readonly bufferedBytes: number;
}

/** What a connection needs of the gateway. */
export interface ConnectionServices {
  readonly admit: Admit;
  /** By the headers of the upgrade and what `connection_init` adds. */
  readonly identify: Identify;
  /** Takes a place for the socket; undefined when the key has no more. Returns the way to give it back. */
  readonly enter: (identity: Identity) => (() => void) | undefined;
  readonly hub: SubscriptionHub;
  readonly subscriptions: SubscriptionOptions;
  readonly log: Logger;
}

/** Who is at the other end. */
export interface Peer {
  /** Headers of the upgrade, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly address: string;
}

/** An operation under way; another may follow it under the same id. */
interface Operation {
  readonly id: string;
  readonly requestId: string;
  readonly abort: AbortController;
  /** Leaves the hub. */
  leave: () => void;
}

/** One client's graphql-transport-ws session: initialisation, then any number of operations by id. */
export class Connection {
  readonly #wire: Wire;
  readonly #services: ConnectionServices;
  readonly #peer: Peer;
  readonly #operations = new Map<string, Operation>();
  readonly #closed = new AbortController();
  #state: 'new' | 'initialising' | 'ready' = 'new';
  #identity: Identity | undefined;
  #headers: Readonly<Record<string, string>> = {};
  #release: () => void = () => undefined;

  constructor(wire: Wire, services: ConnectionServices, peer: Peer) {
    this.#wire = wire;
    this.#services = services;
    this.#peer = peer;
  }

  /** Whether `connection_init` has come, accepted or not yet. */
  get isInitialised(): boolean {
    return this.#state !== 'new';
  }

  /** Handles one message; undefined stands for one that could not be read. */
  receive(message: ClientMessage | undefined): void {
    // What comes after a fatal message, before the peer has seen the close, means nothing any more.
    if (this.#closed.signal.aborted) return;
    switch (message?.type) {
      case 'connection_init':
        void this.#initialise(message.payload);
        return;
      case 'ping':
        this.#send({ type: 'pong', ...(message.payload && { payload: message.payload }) });
        return;
      case 'pong':
        return;
      case 'subscribe':
        this.#subscribe(message.id, message.params);
        return;
      case 'complete':
        this.#leave(this.#operations.get(message.id));
        return;
      default:
        this.#close(closeCodes.badMessage);
    }
  }

  /** The socket is gone: everything it held is let go. */
  dispose(): void {
    this.#closed.abort();
    this.#release();
    for (const operation of [...this.#operations.values()]) this.#leave(operation);
  }

  // Nothing is held for a client that takes its time to hang up.
  #close(code: CloseCode): void {
    this.#wire.close(code);
    this.dispose();
  }

  async #initialise(payload: JsonObject): Promise<void> {
    if (this.#state !== 'new') {
      this.#close(closeCodes.tooManyInits);
      return;
    }
    this.#state = 'initialising';
    this.#headers = withoutOwn({ ...this.#peer.headers, ...headersOf(payload) });
    const { signal } = this.#closed;
    try {
      const { address } = this.#peer;
      this.#identity = await this.#services.identify(this.#headers, { signal, address });
    } catch (error) {
      if (!signal.aborted) this.#refuse(error);
      return;
    }
    if (signal.aborted) return;
    const exit = this.#services.enter(this.#identity);
    if (exit === undefined) {
      this.#close({ ...closeCodes.tryAgainLater, reason: 'Too many sockets of this key' });
      return;
    }
    const stop = this.#endWith(this.#identity);
    this.#state = 'ready';
    this.#release = () => {
      this.#release = () => undefined;
      stop();
      exit();
    };
    this.#send({ type: 'connection_ack' });
  }

  // Clients give up at 4403; for what is no fault of theirs they should come back.
  #refuse(error: unknown): void {
    const isTheirs = error instanceof AppError;
    if (isTheirs) this.#services.log.info({ err: error }, 'socket refused');
    else this.#services.log.error({ err: error }, 'a credential could not be checked');
    this.#close(isTheirs ? refusal(error) : closeCodes.tryAgainLater);
  }

  // Ends the session when its credential does; the client comes back with a fresh one.
  #endWith({ expiresAt, revoked }: Identity): () => void {
    const ended = { ...closeCodes.forbidden, reason: 'Credential ended' };
    const stop = revoked?.((why) => {
      this.#close(why?.code === 'FORBIDDEN' ? refusal(why) : ended);
    });
    const stopTimer = at(expiresAt, () => this.#close(ended));
    return () => {
      stop?.();
      stopTimer();
    };
  }

  #subscribe(id: string, params: OperationParams): void {
    const { maxPerSocket } = this.#services.subscriptions;
    if (this.#state !== 'ready' || this.#identity === undefined) {
      this.#close(closeCodes.unauthorized);
    } else if (this.#operations.has(id)) {
      const reason = `Subscriber for ${id} already exists`;
      this.#close({ ...closeCodes.duplicateId, reason });
    } else if (this.#operations.size >= maxPerSocket) {
      this.#send({ id, type: 'error', payload: [limitError(maxPerSocket)] });
    } else {
      const abort = new AbortController();
      const operation: Operation = { id, requestId: newId(), abort, leave: () => undefined };
      this.#operations.set(id, operation);
      const identity = this.#identity;
      const context = { requestId: operation.requestId, tenantId: identity.tenantId };
      const start = (): Promise<void> =>
        this.#start(operation, params, identity).catch((error: unknown) => {
          if (this.#isOpen(operation)) this.#fail(operation, this.#errorsOf(error, operation));
        });
      void runInLogContext(context, start);
    }
  }

  async #start(operation: Operation, params: OperationParams, identity: Identity): Promise<void> {
    using admitted = await this.#services.admit(params, {
      identity,
      headers: this.#headers,
      address: this.#peer.address,
      signal: operation.abort.signal,
      requestId: operation.requestId,
    });
    if (!this.#isOpen(operation)) return;
    if (admitted.prepared.kind === 'subscription') this.#follow(operation, admitted);
    else await this.#answer(operation, admitted);
  }

  #follow(operation: Operation, admitted: AdmittedOperation): void {
    operation.leave = this.#services.hub.subscribe(admitted, {
      next: (payload) => this.#next(operation, payload),
      fail: (errors) => this.#fail(operation, errors),
      complete: () => this.#complete(operation),
    });
  }

  async #answer(operation: Operation, admitted: AdmittedOperation): Promise<void> {
    const { body, incremental } = await admitted.prepared.execute(admitted.request);
    this.#next(operation, new Payload(body));
    for await (const part of incremental ?? []) {
      if (!this.#isOpen(operation)) return;
      this.#next(operation, new Payload(part));
    }
    this.#complete(operation);
  }

  /** False once it was completed by either side, even if its id is in use again. */
  #isOpen(operation: Operation): boolean {
    return this.#operations.get(operation.id) === operation;
  }

  #next(operation: Operation, payload: Payload): void {
    if (!this.#isOpen(operation)) return;
    const { id } = operation;
    if (this.#wire.bufferedBytes > this.#services.subscriptions.maxBufferedBytes) {
      this.#leave(operation);
      this.#send({ id, type: 'error', payload: [overflowError] });
      return;
    }
    this.#wire.send(payload.frame(id));
  }

  #complete(operation: Operation): void {
    if (!this.#isOpen(operation)) return;
    this.#operations.delete(operation.id);
    this.#send({ id: operation.id, type: 'complete' });
  }

  #fail(operation: Operation, errors: readonly FormattedError[]): void {
    if (!this.#isOpen(operation)) return;
    this.#operations.delete(operation.id);
    this.#send({ id: operation.id, type: 'error', payload: errors });
  }

  #leave(operation: Operation | undefined): void {
    if (operation === undefined || !this.#isOpen(operation)) return;
    this.#operations.delete(operation.id);
    operation.abort.abort();
    operation.leave();
  }

  #send(message: object): void {
    this.#wire.send(JSON.stringify(message));
  }

  #errorsOf(error: unknown, { requestId }: Operation): readonly FormattedError[] {
    const { errors, isInternal } = describeFailure(error, requestId);
    const { log } = this.#services;
    if (isInternal) log.error({ err: error, requestId }, 'an operation on a socket failed');
    return errors;
  }
}

function limitError(limit: number): FormattedError {
  const message = `More than ${limit} operations are open on this socket; complete one first`;
  return { message, extensions: { code: 'LIMIT_EXCEEDED' } };
}

/** Headers that a browser alone sets: what a page says in their place is no word of its browser. */
const ofBrowsers = new Set(['cookie', 'host', 'origin', 'sec-fetch-site']);

// Text values of connection_init count as headers, at its top and under `headers`.
function headersOf(payload: JsonObject): Readonly<Record<string, string>> {
  const nested = payload['headers'];
  const all = [...Object.entries(payload), ...(isJsonObject(nested) ? Object.entries(nested) : [])];
  return Object.fromEntries(
    all.flatMap(([name, value]) =>
      typeof value === 'string' && !ofBrowsers.has(name.toLowerCase())
        ? [[name.toLowerCase(), value]]
        : [],
    ),
  );
}

// Headers of this name say who calls, and only the gateway says that.
function withoutOwn(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith('x-operandi-')),
  );
}
