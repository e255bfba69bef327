import { untilAborted } from '../egress/abort.ts';
import { IntegrationError } from '../errors.ts';
import type { WireMessage } from './messages.ts';

/** What reads from a connection, and can be told to stop for a while. */
export interface Flow {
  pause(): void;
  resume(): void;
}

/** Messages that have come and that nobody has taken yet: few enough, as the peer waits when they are too many. */
export interface Inbox {
  /** Whom to stop when there is no room. */
  attach(flow: Flow): void;
  put(message: WireMessage): void;
  /** Nothing comes any more; what has come can still be taken. */
  fail(reason: unknown): void;
  /** At least one message, at most so many; throws why there are none. */
  take(maxCount: number, signal: AbortSignal): Promise<readonly WireMessage[]>;
}

export interface InboxBounds {
  /** How messages call the peer. */
  readonly name: string;
  readonly maxMessages: number;
  readonly maxBytes: number;
}

interface Failure {
  readonly reason: unknown;
}

export function createInbox({ name, maxMessages, maxBytes }: InboxBounds): Inbox {
  const messages: WireMessage[] = [];
  let bytes = 0;
  let flow: Flow | undefined;
  let isPaused = false;
  let failure: Failure | undefined;
  let arrived = Promise.withResolvers<undefined>();

  const isFull = (): boolean => messages.length >= maxMessages || bytes >= maxBytes;

  function taken(maxCount: number): readonly WireMessage[] {
    const some: WireMessage[] = [];
    for (let size = 0; some.length < maxCount && size < maxBatchBytes;) {
      const message = messages.shift();
      if (message === undefined) break;
      size += message.body.length;
      bytes -= message.body.length;
      some.push(message);
    }
    if (isPaused && !isFull()) {
      isPaused = false;
      flow?.resume();
    }
    return some;
  }

  return {
    attach(given) {
      flow = given;
      if (isPaused) flow.pause();
    },
    put(message) {
      if (message.body.length > maxBytes) {
        const why = `${name} sent a message of more than ${String(maxBytes)} bytes`;
        this.fail(new IntegrationError(why, { isRetryable: false }));
        return;
      }
      messages.push(message);
      bytes += message.body.length;
      if (!isPaused && isFull()) {
        isPaused = true;
        flow?.pause();
      }
      arrived.resolve(undefined);
    },
    fail(reason) {
      failure ??= { reason };
      arrived.resolve(undefined);
    },
    async take(maxCount, signal) {
      while (messages.length === 0) {
        if (failure !== undefined) throw failure.reason;
        arrived = Promise.withResolvers();
        await untilAborted(arrived.promise, signal);
      }
      return taken(maxCount);
    },
  };
}

/** Beyond it a batch has no further message. */
const maxBatchBytes = 262_144;
