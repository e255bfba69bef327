import type { IncomingMessage } from 'node:http';

import { AppError } from '../../../kernel/errors.ts';
import type { Caller } from '../../admit/admission.ts';
import { HttpRefusal } from '../../answer/http-refusal.ts';
import type { Negotiated } from './negotiate.ts';

/** Throws unless the method is one that GraphQL over HTTP has. */
export function checkMethod({ method }: IncomingMessage): void {
  if (method === 'GET' || method === 'POST') return;
  throw new HttpRefusal(405, 'Use GET or POST', { allow: 'GET, POST' });
}

/**
 * POST needs `application/json`, which no page can send elsewhere without a preflight. GET only reads;
 * what remains are reads that a foreign page embeds or opens, and browsers mark those.
 */
export function checkOrigin({ method, headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  const mode = headers['sec-fetch-mode'];
  const isForeign = site === 'cross-site' || site === 'same-site';
  if (method !== 'GET' || !isForeign || (mode !== 'no-cors' && mode !== 'navigate')) return;
  throw new AppError('CSRF_BLOCKED', 'This read could come from a foreign page');
}

/** What an answer of the negotiated type can carry: GET changes nothing, and only events go on. */
export function kindCheck(
  { method }: IncomingMessage,
  { isEventStream }: Negotiated,
): NonNullable<Caller['checkKind']> {
  return (kind) => {
    if (kind === 'mutation' && method === 'GET') {
      throw new HttpRefusal(405, 'Mutations need POST', { allow: 'POST' });
    }
    if (kind === 'subscription' && !isEventStream) {
      throw new AppError(
        'NOT_ACCEPTABLE',
        'Subscriptions need WebSocket, or a client that accepts text/event-stream',
      );
    }
  };
}
