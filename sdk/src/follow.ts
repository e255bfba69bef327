import { OperandiError } from './errors.ts';
import type { TypedOperation } from './typed-operation.ts';
import { backoffMs, pause } from './pause.ts';
import { reasonOf } from './signals.ts';
import { CredentialRefusedError } from './socket.ts';
import type { Transport } from './transport.ts';

export interface FollowOptions {
  /** Cursor of the last one seen; the next one comes first. */
  readonly after?: string | undefined;
  /** Ends it at once; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Connections lost in a row before giving up. @default 40, some minutes */
  readonly maxReconnects?: number | undefined;
  /**
   * After each lost connection, before another. Without `after` nothing has come yet, so that what happens until then is not
   * told: read again what stands.
   */
  readonly onReconnect?: ((lost: LostStream) => void) | undefined;
}

/** A connection that was lost. */
export interface LostStream {
  readonly error: Error;
  /** Cursor of the last one that came. */
  readonly after?: string;
  /** Milliseconds until another connection is tried. */
  readonly waitMs: number;
}

/** A subscription that can be taken up again. */
export interface Followed<Data, Variables> {
  readonly operation: TypedOperation<Data, Variables>;
  readonly variables: Omit<Variables, 'after'>;
  readonly cursorOf: (data: Data) => string;
}

/** With one refusal more, a credential that is given anew each time is no good. */
const maxRefusals = 3;
/** What has held for so long has not failed in a row, milliseconds. */
const steadyMs = 30_000;

/**
 * Results of a subscription, each once and in order, until the platform completes. A connection that is lost, a gateway that
 * restarts and a credential that is refused, where another can be had, are resumed behind the last cursor.
 */
export async function* follow<Data, Variables extends Record<string, unknown>>(
  transport: Transport,
  { operation, variables, cursorOf }: Followed<Data, Variables>,
  options: FollowOptions,
): AsyncGenerator<Data, void> {
  const { signal, onReconnect } = options;
  const patience = createPatience(transport, options);
  const place: Place = { after: options.after };
  for (;;) {
    const startedAt = Date.now();
    try {
      // `after` is a variable of each of them.
      const sent = { ...variables, after: place.after ?? null } as unknown as Variables;
      const results = transport.subscribe(operation, sent, signal);
      yield* movingOn(results, place, { cursorOf, heard: patience.reset });
      return;
    } catch (error) {
      if (signal?.aborted === true) throw reasonOf(signal);
      if (Date.now() - startedAt > steadyMs) patience.reset();
      const waitMs = patience.waitAfter(error);
      const { after } = place;
      // What can be waited for is an error.
      onReconnect?.({ error: error as Error, waitMs, ...(after === undefined ? {} : { after }) });
      await pause(waitMs, signal);
    }
  }
}

interface Place {
  after: string | undefined;
}

async function* movingOn<Data>(
  results: AsyncGenerator<Data, void>,
  place: Place,
  { cursorOf, heard }: { readonly cursorOf: (data: Data) => string; readonly heard: () => void },
): AsyncGenerator<Data, void> {
  for await (const data of results) {
    heard();
    const cursor = cursorOf(data);
    // A careless server repeats what is at the cursor.
    if (cursor === place.after) continue;
    place.after = cursor;
    yield data;
  }
}

interface Patience {
  readonly reset: () => void;
  /** Milliseconds until the next try; throws the error when going on makes no sense. */
  readonly waitAfter: (error: unknown) => number;
}

function createPatience(transport: Transport, { maxReconnects = 40 }: FollowOptions): Patience {
  let failures = 0;
  let refusals = 0;
  return {
    reset: () => {
      failures = 0;
      refusals = 0;
    },
    waitAfter: (error) => {
      if (error instanceof CredentialRefusedError && transport.isRenewable) {
        refusals += 1;
        if (refusals > maxRefusals) throw error;
        return refusals === 1 ? 0 : backoffMs(refusals);
      }
      failures += 1;
      if (!(error instanceof OperandiError) || !error.isRetryable) throw error;
      if (failures > maxReconnects) throw error;
      return Math.max(error.retryAfterMs ?? 0, backoffMs(failures));
    },
  };
}
