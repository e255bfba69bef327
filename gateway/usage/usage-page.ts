import type { IncomingMessage } from 'node:http';

import { constantTimeEquals } from '../../kernel/crypto/hash.ts';
import { AppError, errorCatalogue } from '../../kernel/errors.ts';
import type { Page } from '../listen/http/server.ts';
import type { UsageSnapshot } from './snapshot.ts';

interface UsagePageOptions {
  readonly path: string;
  readonly sharedKey: string;
  readonly report: () => Promise<UsageSnapshot>;
  /** The supergraph in force. */
  readonly supergraphSdl: () => string;
}

/** Tells callers with the key what clients use, and of which supergraph; undefined for other paths. */
export function createUsagePage(
  options: UsagePageOptions,
): (url: URL, request: IncomingMessage) => Promise<Page | undefined> {
  const { path, sharedKey, report, supergraphSdl } = options;
  return async (url, request) => {
    if (url.pathname !== path) return undefined;
    const given = (request.headers.authorization ?? '').replace(/^Bearer +/i, '');
    if (!constantTimeEquals(given, sharedKey))
      return refuse(
        new AppError('UNAUTHENTICATED', 'Send the shared key in the header authorization'),
      );
    if (request.method !== 'GET') return refuse(new AppError('BAD_USER_INPUT', 'Send a GET'));
    return answer(200, { usage: await report(), supergraphSdl: supergraphSdl() });
  };
}

function refuse({ code, message }: AppError): Page {
  return answer(errorCatalogue[code].status, { error: { code, message } });
}

function answer(status: number, body: object): Page {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}
