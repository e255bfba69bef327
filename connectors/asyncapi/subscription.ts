import { untilAborted } from '../egress/abort.ts';
import type { Conversation } from '../egress/converse.ts';
import type { Egress } from '../egress/egress.ts';
import type { ConnectionPolicy } from '../egress/policy.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { Line, LineWish } from './line.ts';
import { openLine } from './open-line.ts';

/** A channel that is listened to, until it is closed. */
export interface Subscription extends Pick<Inbox, 'take'> {
  close(): void;
}

export interface SubscriptionWish {
  readonly connection: ConnectionPolicy;
  readonly line: LineWish;
  /** Longest time until the connection stands, milliseconds. */
  readonly openMs: number;
}

/** Messages that wait for whoever takes them; then the peer waits. */
const maxMessages = 1_000;

/** Listens from now on; that it does not work is told to whoever takes. */
export function subscribe(
  egress: Egress,
  { connection, line: wish, openMs }: SubscriptionWish,
): Subscription {
  const inbox = createInbox({ name: wish.name, maxMessages, maxBytes: wish.maxBytes });
  const closing = new AbortController();
  const { host, port } = wish.target;
  const conversation: Conversation<Line, void> = {
    ...{ host, port, identity: crypto.randomUUID() },
    ...{ isRepeatable: true, timeoutMs: Infinity, deadlineAt: Infinity },
    open: (place, signal) => openInTime(wish, openMs, { place, signal }),
    work: (line) => consumeUntil(line, inbox, closing.signal),
  };
  void egress
    .converse(connection, conversation, closing.signal)
    .then(() => inbox.fail(new Error('the subscription is closed')))
    .catch((error: unknown) => inbox.fail(error));
  return {
    take: (maxCount, signal) => inbox.take(maxCount, signal),
    close: () => closing.abort(new Error('the subscription is closed')),
  };
}

interface Opening {
  readonly place: Parameters<Conversation<Line, void>['open']>[0];
  readonly signal: AbortSignal;
}

async function openInTime(
  wish: LineWish,
  openMs: number,
  { place, signal }: Opening,
): Promise<Line> {
  const time = AbortSignal.any([signal, AbortSignal.timeout(openMs)]);
  return await openLine(wish, place, time);
}

async function consumeUntil(line: Line, inbox: Inbox, signal: AbortSignal): Promise<void> {
  const leave = (): void => line.close();
  signal.addEventListener('abort', leave, { once: true });
  try {
    await untilAborted(line.consume(inbox), signal);
  } finally {
    signal.removeEventListener('abort', leave);
    line.close();
  }
}
