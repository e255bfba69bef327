import type { IncomingMessage } from 'node:http';

import { AppError } from '../../../kernel/errors.ts';
import type { Caller } from '../../admit/admission.ts';
import { HttpRefusal } from '../../answer/http-refusal.ts';
import { isAllowedOrigin } from './cors.ts';
import type { Negotiated } from './negotiate.ts';

/** Throws unless the method is one that GraphQL over HTTP has. */
export function checkMethod({ method }: IncomingMessage): void {
  if (method === 'GET' || method === 'POST') return;
  throw new HttpRefusal(405, 'Use GET or POST', { allow: 'GET, POST' });
}

/** Headers that a page can send elsewhere only after a preflight, which its browser asks the CORS rules for. */
const preflighted = ['apollo-require-preflight', 'x-apollo-operation-name', 'authorization'];

/**
 * POST needs `application/json` (or, for files, what `checkUpload` wants), which no page can send elsewhere without a preflight. GET only reads, but a
 * foreign page that embeds, opens or fetches a read sends the cookies of its visitor and can time the answer.
 * Browsers mark what comes from other sites; what is no browser sends no such mark.
 */
export function checkOrigin(
  { method, headers }: IncomingMessage,
  allowed: readonly string[],
): void {
  const { origin, 'sec-fetch-site': site } = headers;
  const isForeign = site === 'cross-site' || site === 'same-site';
  if (method !== 'GET' || !isForeign || isPreflighted(headers)) return;
  if (origin !== undefined && isAllowedOrigin(allowed, origin)) return;
  const message =
    'This read could come from a foreign page: send it with the header apollo-require-preflight';
  throw new AppError('CSRF_BLOCKED', message);
}

/** A form of a foreign page can send files: it needs a header that only a preflight lets it send. */
export function checkUpload({ headers }: IncomingMessage): void {
  if (preflighted.some((name) => headers[name] !== undefined)) return;
  const message =
    'This upload could come from a foreign page: send it with the header apollo-require-preflight';
  throw new AppError('CSRF_BLOCKED', message);
}

function isPreflighted(headers: IncomingMessage['headers']): boolean {
  return (
    preflighted.some((name) => headers[name] !== undefined) ||
    /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')
  );
}

/** What an answer of the negotiated type can carry: GET changes nothing, and only events go on. */
export function kindCheck(
  { method }: IncomingMessage,
  { isEventStream, isPartStream }: Negotiated,
  hasFiles: boolean,
): NonNullable<Caller['checkKind']> {
  return (kind) => {
    if (kind === 'subscription' && hasFiles) {
      throw new AppError('BAD_USER_INPUT', 'Subscriptions take no files');
    }
    if (kind === 'mutation' && method === 'GET') {
      throw new HttpRefusal(405, 'Mutations need POST', { allow: 'POST' });
    }
    if (kind === 'subscription' && !isEventStream && !isPartStream) {
      throw new AppError(
        'NOT_ACCEPTABLE',
        'Subscriptions need WebSocket, or a client that accepts text/event-stream or multipart/mixed; subscriptionSpec=1.0',
      );
    }
  };
}
