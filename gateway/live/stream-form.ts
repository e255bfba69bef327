import type { FormattedError } from '../operation.ts';
import { Payload } from './payload.ts';

/** How the results of a stream are written over HTTP. */
export interface StreamForm {
  readonly headers: Readonly<Record<string, string>>;
  readonly opening: string;
  /** Keeps an idle stream open. */
  readonly keepAlive: string;
  readonly end: string;
  next(payload: Payload): Buffer | string;
  /** What ends the stream before its time. */
  failure(errors: readonly FormattedError[]): Buffer | string;
}

const unbuffered = { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' };

/** GraphQL over Server-Sent Events, distinct connections mode. */
export const eventStream: StreamForm = {
  headers: { 'content-type': 'text/event-stream; charset=utf-8', ...unbuffered },
  opening: ':\n\n',
  keepAlive: ':\n\n',
  end: 'event: complete\ndata: \n\n',
  next: (payload) => payload.event(),
  failure: (errors) => new Payload(JSON.stringify({ errors })).event(),
};

const boundary = 'graphql';

/** Apollo's protocol of subscriptions in parts; the boundary follows each part, so that clients know it complete. */
export const partStream: StreamForm = {
  headers: {
    'content-type': `multipart/mixed; boundary="${boundary}"; subscriptionSpec=1.0`,
    ...unbuffered,
  },
  opening: `\r\n--${boundary}`,
  keepAlive: part('{}'),
  end: '--\r\n',
  next: ({ text }) => part(`{"payload":${text}}`),
  failure: (errors) => part(JSON.stringify({ payload: null, errors })),
};

function part(text: string): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${text}\r\n--${boundary}`;
}
