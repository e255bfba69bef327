import type { IncomingMessage } from 'node:http';

import { z } from 'zod';

import type { SignAssertion } from '../../../core/access/assertion.ts';
import {
  connectCallbackPath,
  connectPath,
  linkActor,
  type LinkTicket,
  readTicket,
} from '../../../core/access/connect-link.ts';
import { AppError, errorCatalogue } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { PageGate } from '../../admit/ask.ts';
import { clientAddress } from '../../listen/http/client-address.ts';
import type { Page } from '../../listen/http/server.ts';
import { sendOn } from '../plain-page.ts';
import { publicOrigin } from '../public-origin.ts';
import { isOwnPage } from '../sign-in/session-cookie.ts';
import { type HeldQuestion, tellAs } from '../tell-as.ts';
import { browserOf, forgetBrowser, setBrowser } from './browser-cookie.ts';
import { askPage, endPage, isConnectPage, type ConnectPage } from './connect-pages.ts';

/** What serving connect links needs. */
export interface ConnectOptions {
  readonly log: Logger;
  readonly sign: SignAssertion;
  readonly trustedHops: number;
  /** Counts a request of an address; throws RATE_LIMITED. */
  readonly limit: (address: string) => Promise<void>;
  /** Where browsers reach the gateway; undefined: at the address they ask, if that is this machine. */
  readonly publicUrl: string | undefined;
}

const donePath = `${connectPath}/done/`;

const viewQuery = `mutation ($input: ViewConnectLinkInput!) { viewConnectLink(input: $input) { integration } }`;
const viewed = z.object({ viewConnectLink: z.object({ integration: z.string() }).nullable() });
const beginQuery = `mutation ($input: BeginConsentInput!) { beginConsent(input: $input) { location browser } }`;
const begun = z.object({
  beginConsent: z.object({ location: z.url(), browser: z.string() }).nullable(),
});
const finishQuery = `mutation ($input: FinishConsentInput!) { finishConsent(input: $input) }`;
const finished = z.object({
  finishConsent: z.enum(['CONNECTED', 'DENIED', 'GONE', 'FAILED']),
});

/** Serves `/connect…`, where people consent; undefined for other paths. Who may do what the subgraph finds out. */
export function createConnect(
  options: ConnectOptions,
): (url: URL, request: IncomingMessage, gate: PageGate) => Promise<Page | undefined> {
  return async (url, request, gate) => {
    const handler = handlerOf(url.pathname, request.method);
    if (handler === undefined) return undefined;
    const { requestId } = gate;
    try {
      await options.limit(clientAddress(request, options.trustedHops));
      return await handler({ options, url, request, gate });
    } catch (error) {
      const isKnown = error instanceof AppError && error.code !== 'INTERNAL';
      options.log[isKnown ? 'info' : 'error']({ err: error, requestId }, 'a connect link failed');
      const status = isKnown ? errorCatalogue[error.code].status : 503;
      return { ...endPage('busy'), status };
    }
  };
}

interface Asked {
  readonly options: ConnectOptions;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly gate: PageGate;
}

type Handler = (asked: Asked) => Promise<Page> | Page;

function handlerOf(path: string, method: string | undefined): Handler | undefined {
  const routes = routesOf(path);
  if (routes === undefined) return undefined;
  return (
    (method !== undefined && Object.hasOwn(routes, method) ? routes[method] : undefined) ??
    (() => notAllowed(Object.keys(routes)))
  );
}

function routesOf(path: string): Readonly<Record<string, Handler>> | undefined {
  if (path === connectPath) return { GET: ask, POST: begin };
  if (path === connectCallbackPath) return { GET: finish };
  return path.startsWith(donePath) ? { GET: ({ url }) => done(url.pathname) } : undefined;
}

function notAllowed(methods: readonly string[]): Page {
  const allow = methods.join(', ');
  return { status: 405, type: 'text/plain', body: `Use ${allow}`, headers: { allow } };
}

async function ask(asked: Asked): Promise<Page> {
  const ticket = readTicket(asked.url.searchParams.get('link'));
  if (ticket === undefined) return endPage('gone');
  const input = { secret: ticket.secret };
  const { viewConnectLink } = await tell(asked, ticket, {
    query: viewQuery,
    input,
    answer: viewed,
  });
  if (viewConnectLink === null) return endPage('gone');
  return askPage(viewConnectLink.integration, publicOrigin(asked.options, asked.request));
}

async function begin(asked: Asked): Promise<Page> {
  const { request, options, url } = asked;
  const { host, origin, 'sec-fetch-site': site, cookie } = request.headers;
  if (!isOwnPage({ host, origin: originOf(origin), site: site?.toString() }))
    throw new AppError('CSRF_BLOCKED', 'another site cannot go on from a link');
  const ticket = readTicket(url.searchParams.get('link'));
  if (ticket === undefined) return endPage('gone');
  const browser = browserOf(cookie, ticket.linkId) ?? null;
  const redirectUri = `${publicOrigin(options, request)}${connectCallbackPath}`;
  const input = { secret: ticket.secret, browser, redirectUri };
  const { beginConsent } = await tell(asked, ticket, { query: beginQuery, input, answer: begun });
  if (beginConsent === null) return endPage('gone');
  const { location, browser: known } = beginConsent;
  return sendOn(location, setBrowser(ticket.linkId, known));
}

/** A page that tells nobody where it comes from posts with `null`; the secret of the link is what counts. */
function originOf(origin: string | undefined): string | undefined {
  return origin === 'null' ? undefined : origin;
}

async function finish(asked: Asked): Promise<Page> {
  const { request, options, url } = asked;
  const ticket = readTicket(url.searchParams.get('state'));
  if (ticket === undefined) return endPage('gone');
  const browser = browserOf(request.headers.cookie, ticket.linkId) ?? null;
  const redirectUri = `${publicOrigin(options, request)}${connectCallbackPath}`;
  const input = { secret: ticket.secret, browser, redirectUri, query: url.search };
  const question = { query: finishQuery, input, answer: finished };
  const { finishConsent } = await tell(asked, ticket, question);
  const ends = {
    CONNECTED: 'connected',
    DENIED: 'denied',
    GONE: 'gone',
    FAILED: 'failed',
  } as const;
  const name: ConnectPage = ends[finishConsent];
  // Neither code nor state stays in the address.
  return sendOn(`${donePath}${name}`, name === 'gone' ? [] : forgetBrowser(ticket.linkId));
}

function done(path: string): Page {
  const name = path.slice(donePath.length);
  return endPage(isConnectPage(name) ? name : 'gone');
}

/** Asks for who holds the link. */
function tell<Answer>(
  { options: { sign }, gate }: Asked,
  ticket: LinkTicket,
  question: HeldQuestion<Answer>,
): Promise<Answer> {
  return tellAs({ actor: linkActor(ticket), subgraph: 'integrations', sign, gate }, question);
}
