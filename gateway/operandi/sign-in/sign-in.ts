import type { IncomingMessage } from 'node:http';

import { leaveSession } from '../../../core/access/leave-session.ts';
import { AppError, errorCatalogue } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { PageGate } from '../../admit/ask.ts';
import { clientAddress } from '../../listen/http/client-address.ts';
import type { Page } from '../../listen/http/server.ts';
import { publicOrigin } from '../public-origin.ts';
import { askDevice, beginDevice, json } from './device-flow.ts';
import { beginSignIn, endSignIn, redirect } from './page-flow.ts';
import { returnPath } from './return-path.ts';
import type { SignInServices } from './services.ts';
import { forgetSession, isOwnPage, sessionOf } from './session-cookie.ts';

type Handler = (asked: Asked) => Promise<Page>;

interface Asked {
  readonly services: SignInServices;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly requestId: string;
}

const routes: Readonly<Record<string, readonly [method: string, handler: Handler]>> = {
  '/auth/login': [
    'GET',
    ({ services, url, request }) => beginSignIn(services, url, publicOrigin(services, request)),
  ],
  '/auth/callback': [
    'GET',
    ({ services, ...asked }) =>
      endSignIn(services, { ...asked, origin: publicOrigin(services, asked.request) }),
  ],
  '/auth/logout': ['POST', leave],
  '/auth/device': ['POST', ({ services, request }) => beginDevice(services, request)],
  '/auth/device/token': [
    'POST',
    ({ services, request, requestId }) => askDevice(services, request, requestId),
  ],
};

/** Serves `/auth/…`; undefined for other paths. */
export function createSignIn(
  services: SignInServices,
): (url: URL, request: IncomingMessage, gate: PageGate) => Promise<Page | undefined> {
  const { limit } = services;
  return async (url, request, { requestId }) => {
    const route = Object.hasOwn(routes, url.pathname) ? routes[url.pathname] : undefined;
    if (route === undefined) return undefined;
    const [method, handler] = route;
    if (request.method !== method) return plain(405, `Use ${method}`, { allow: method });
    try {
      await limit(clientAddress(request, services.trustedHops));
      return await handler({ services, url, request, requestId });
    } catch (error) {
      return failure(error, { request, requestId, log: services.log });
    }
  };
}

/** Ends the session of a page by its cookie, or that of a program by its bearer. */
async function leave({ services, url, request, requestId }: Asked): Promise<Page> {
  const { authorization, cookie, host, origin, 'sec-fetch-site': site } = request.headers;
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  const page = { cookie: cookie ?? '', host, origin, site: site?.toString() };
  if (bearer === undefined && !isOwnPage(page))
    throw new AppError('CSRF_BLOCKED', 'another site cannot sign you out');
  const session = bearer ?? sessionOf(page);
  if (session !== undefined) await leaveSession(services, session, requestId);
  if (bearer !== undefined) return json(200, { state: 'signed out' });
  return redirect(returnPath(url.searchParams.get('return_to')), [forgetSession]);
}

interface Failing {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly log: Logger;
}

function failure(error: unknown, { request, requestId, log }: Failing): Page {
  const known = error instanceof AppError ? error : undefined;
  if (known === undefined) log.error({ err: error, requestId }, 'a sign-in failed');
  else log.info({ err: error, requestId }, 'a sign-in was refused');
  const code = known?.code ?? 'INTERNAL';
  const message = known?.message ?? 'something went wrong';
  const { status } = errorCatalogue[code];
  const wait = waitOf(known?.retryAfterMs);
  if (request.method === 'POST') {
    const page = json(status, { code, message, requestId });
    return { ...page, headers: { ...page.headers, ...wait } };
  }
  return plain(status, `${message} (${code}, request ${requestId})`, wait);
}

function waitOf(retryAfterMs: number | undefined): Readonly<Record<string, string>> {
  return retryAfterMs === undefined
    ? {}
    : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
}

function plain(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Page {
  return { status, type: 'text/plain', body, headers: { 'cache-control': 'no-store', ...headers } };
}
