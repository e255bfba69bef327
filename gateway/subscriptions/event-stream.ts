import type { ServerResponse } from 'node:http';
import { type FormattedError, OperationRefused } from '../operation.ts';
import type { AdmittedOperation } from '../admission.ts';
import type { SubscriptionHub } from './hub.ts';
import type { SubscriptionOptions } from './options.ts';

interface EventStreamServices {
  readonly hub: SubscriptionHub;
  readonly options: SubscriptionOptions;
  /** Time between comments that keep idle streams open, milliseconds. @default 12_000 */
  readonly keepAliveMs?: number;
}

/**
 * Answers one operation as server-sent events: `next` for each result, then `complete`
 * (GraphQL over Server-Sent Events, distinct connections mode). Resolves when the stream has ended.
 */
export async function serveEventStream(
  admitted: AdmittedOperation,
  response: ServerResponse,
  { hub, options, keepAliveMs = 12_000 }: EventStreamServices,
): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
  response.once('close', () => end(undefined));
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  response.write(':\n\n');
  const timer = setInterval(() => response.write(':\n\n'), keepAliveMs);
  const complete = (): void => void response.end('event: complete\ndata: \n\n');
  const fail = (errors: readonly FormattedError[]): void => {
    response.write(eventText(JSON.stringify({ errors })));
    complete();
  };
  const next = (text: string): void => {
    if (response.writableLength > options.maxBufferedBytes) fail([overflowError]);
    else response.write(eventText(text));
  };
  let leave: () => void = () => undefined;
  try {
    if (admitted.prepared.kind === 'subscription') {
      const { expiresAt, revoked } = admitted.request.identity;
      const forget = revoked?.(() => fail([credentialError]));
      const leftMs = expiresAt && Math.min(expiresAt.getTime() - Date.now(), 2 ** 31 - 1);
      const expiry =
        leftMs === undefined ? undefined : setTimeout(() => fail([credentialError]), leftMs);
      const stop = hub.subscribe(admitted, { next: ({ text }) => next(text), fail, complete });
      leave = () => {
        clearTimeout(expiry);
        forget?.();
        stop();
      };
    } else {
      const { body, incremental } = await admitted.prepared.execute(admitted.request);
      next(body);
      for await (const part of incremental ?? []) next(part);
      complete();
    }
  } catch (error) {
    fail(error instanceof OperationRefused ? error.errors : [internalError]);
  }
  await ended;
  clearInterval(timer);
  leave();
}

// JSON has no line breaks outside of strings, and none unescaped inside.
function eventText(json: string): string {
  return `event: next\ndata: ${json}\n\n`;
}

const overflowError: FormattedError = {
  message: 'The client reads too slowly. Subscribe again with the last cursor.',
  extensions: { code: 'SUBSCRIPTION_OVERFLOW' },
};

const credentialError: FormattedError = {
  message: 'The credential has ended. Subscribe again with a fresh one.',
  extensions: { code: 'UNAUTHENTICATED' },
};

const internalError: FormattedError = {
  message: 'Internal server error',
  extensions: { code: 'INTERNAL' },
};
