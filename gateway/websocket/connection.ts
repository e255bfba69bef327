import type { Logger } from '../../kernel/logger.ts';
import { newId } from '../../kernel/ids.ts';
import { isJsonObject, type JsonObject } from '../../kernel/json.ts';
import type { Admit, AdmittedOperation, OperationParams } from '../admission.ts';
import type { Identity } from '../identity.ts';
import { type FormattedError, OperationRefused } from '../operation.ts';
import type { SubscriptionHub } from '../subscriptions/hub.ts';
import type { SubscriptionOptions } from '../subscriptions/options.ts';
import { Payload } from '../subscriptions/payload.ts';
import { type ClientMessage, closeCodes } from './messages.ts';

/** The socket as the protocol needs it. */
export interface Wire {
  send(data: string | Buffer): void;
  close(code: { readonly code: number; readonly reason: string }): void;
  /** Bytes that are not sent yet. */
  readonly bufferedBytes: number;
}

/** What a connection needs of the gateway. */
export interface ConnectionServices {
  readonly admit: Admit;
  /** Identity from headers or `connection_init`; throws when the credential is no good. */
  readonly identify: (
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<Identity>;
  readonly hub: SubscriptionHub;
  readonly subscriptions: SubscriptionOptions;
  readonly log: Logger;
}

/** One client's graphql-transport-ws session: initialisation, then any number of operations by id. */
export class Connection {
  readonly #wire: Wire;
  readonly #services: ConnectionServices;
  readonly #upgradeHeaders: Readonly<Record<string, string>>;
  readonly #operations = new Map<string, () => void>();
  readonly #closed = new AbortController();
  #state: 'new' | 'initialising' | 'ready' = 'new';
  #identity: Identity | undefined;
  #headers: Readonly<Record<string, string>> = {};
  #release: () => void = () => undefined;

  constructor(
    wire: Wire,
    services: ConnectionServices,
    upgradeHeaders: Readonly<Record<string, string>>,
  ) {
    this.#wire = wire;
    this.#services = services;
    this.#upgradeHeaders = upgradeHeaders;
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** Handles one message; undefined stands for one that could not be read. */
  receive(message: ClientMessage | undefined): void {
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
        this.#leave(message.id);
        return;
      default:
        this.#wire.close(closeCodes.badMessage);
    }
  }

  /** The socket is gone: everything it held is let go. */
  dispose(): void {
    this.#closed.abort();
    this.#release();
    for (const leave of this.#operations.values()) leave();
    this.#operations.clear();
  }

  async #initialise(payload: JsonObject): Promise<void> {
    if (this.#state !== 'new') {
      this.#wire.close(closeCodes.tooManyInits);
      return;
    }
    this.#state = 'initialising';
    this.#headers = { ...this.#upgradeHeaders, ...headersOf(payload) };
    try {
      this.#identity = await this.#services.identify(this.#headers, this.#closed.signal);
    } catch (error) {
      this.#services.log.info({ err: error }, 'socket refused');
      this.#wire.close(closeCodes.forbidden);
      return;
    }
    if (this.#closed.signal.aborted) return;
    this.#state = 'ready';
    this.#release = this.#endWith(this.#identity);
    this.#send({ type: 'connection_ack' });
  }

  // Ends the session when its credential does; the client comes back with a fresh one.
  #endWith({ expiresAt, revoked }: Identity): () => void {
    const end = (): void =>
      this.#wire.close({ ...closeCodes.forbidden, reason: 'Credential ended' });
    const stop = revoked?.(end);
    const leftMs = expiresAt === undefined ? undefined : expiresAt.getTime() - Date.now();
    const timer = leftMs === undefined ? undefined : setTimeout(end, Math.min(leftMs, 2 ** 31 - 1));
    timer?.unref();
    return () => {
      stop?.();
      clearTimeout(timer);
    };
  }

  #subscribe(id: string, params: OperationParams): void {
    if (this.#state !== 'ready' || this.#identity === undefined) {
      this.#wire.close(closeCodes.unauthorized);
      return;
    }
    if (this.#operations.has(id)) {
      this.#wire.close({
        ...closeCodes.duplicateId,
        reason: `Subscriber for ${id} already exists`,
      });
      return;
    }
    if (this.#operations.size >= this.#services.subscriptions.maxPerSocket) {
      this.#fail(id, [limitError(this.#services.subscriptions.maxPerSocket)]);
      return;
    }
    const abort = new AbortController();
    this.#operations.set(id, () => abort.abort());
    this.#start({ id, params, identity: this.#identity, abort }).catch((error: unknown) => {
      if (this.#operations.has(id)) this.#fail(id, this.#errorsOf(error));
    });
  }

  async #start(operation: {
    readonly id: string;
    readonly params: OperationParams;
    readonly identity: Identity;
    readonly abort: AbortController;
  }): Promise<void> {
    const { id, params, identity, abort } = operation;
    const { signal } = abort;
    const admitted = await this.#services.admit(params, {
      identity,
      headers: this.#headers,
      signal,
      requestId: newId(),
    });
    if (!this.#operations.has(id)) return;
    if (admitted.prepared.kind === 'subscription') this.#follow(id, admitted, abort);
    else await this.#answer(id, admitted);
  }

  #follow(id: string, admitted: AdmittedOperation, abort: AbortController): void {
    const leave = this.#services.hub.subscribe(admitted, {
      next: (payload) => this.#next(id, payload),
      fail: (errors) => this.#fail(id, errors),
      complete: () => this.#complete(id),
    });
    this.#operations.set(id, () => {
      abort.abort();
      leave();
    });
  }

  async #answer(id: string, { prepared, request }: AdmittedOperation): Promise<void> {
    const { body, incremental } = await prepared.execute(request);
    this.#next(id, new Payload(body));
    for await (const part of incremental ?? []) this.#next(id, new Payload(part));
    this.#complete(id);
  }

  #next(id: string, payload: Payload): void {
    if (!this.#operations.has(id)) return;
    if (this.#wire.bufferedBytes > this.#services.subscriptions.maxBufferedBytes) {
      this.#leave(id);
      this.#send({ id, type: 'error', payload: [overflowError] });
      return;
    }
    this.#wire.send(payload.frame(id));
  }

  #complete(id: string): void {
    if (this.#operations.delete(id)) this.#send({ id, type: 'complete' });
  }

  #fail(id: string, errors: readonly FormattedError[]): void {
    this.#operations.delete(id);
    this.#send({ id, type: 'error', payload: errors });
  }

  #leave(id: string): void {
    const leave = this.#operations.get(id);
    this.#operations.delete(id);
    leave?.();
  }

  #send(message: object): void {
    this.#wire.send(JSON.stringify(message));
  }

  #errorsOf(error: unknown): readonly FormattedError[] {
    if (error instanceof OperationRefused) return error.errors;
    const requestId = newId();
    this.#services.log.error({ err: error, requestId }, 'operation on a socket failed');
    return [{ message: 'Internal server error', extensions: { code: 'INTERNAL', requestId } }];
  }
}

const overflowError: FormattedError = {
  message: 'The client reads too slowly. Subscribe again with the last cursor.',
  extensions: { code: 'SUBSCRIPTION_OVERFLOW' },
};

function limitError(limit: number): FormattedError {
  const message = `More than ${limit} operations are open on this socket; complete one first`;
  return { message, extensions: { code: 'LIMIT_EXCEEDED' } };
}

// Text values of connection_init count as headers, at its top and under `headers`.
function headersOf(payload: JsonObject): Readonly<Record<string, string>> {
  const nested = payload['headers'];
  const all = [...Object.entries(payload), ...(isJsonObject(nested) ? Object.entries(nested) : [])];
  return Object.fromEntries(
    all.flatMap(([name, value]) =>
      typeof value === 'string' ? [[name.toLowerCase(), value]] : [],
    ),
  );
}
