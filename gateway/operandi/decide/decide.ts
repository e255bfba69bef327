import type { IncomingMessage } from 'node:http';

import { z } from 'zod';

import type { SignAssertion } from '../../../core/access/assertion.ts';
import { type LinkTicket, readTicket } from '../../../core/access/connect-link.ts';
import { decisionLinkActor, decisionPath } from '../../../core/access/decision-link.ts';
import { AppError, errorCatalogue } from '../../../kernel/errors.ts';
import type { JsonValue } from '../../../kernel/json.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { PageGate } from '../../admit/ask.ts';
import { clientAddress } from '../../listen/http/client-address.ts';
import type { Page } from '../../listen/http/server.ts';
import { sendOn } from '../plain-page.ts';
import { isOwnPage } from '../sign-in/session-cookie.ts';
import { type HeldQuestion, tellAs } from '../tell-as.ts';
import {
  type DecideQuestion,
  type Draft,
  endPage,
  nothingYet,
  questionPage,
} from './decide-pages.ts';
import { type DecideEnd, languageOf } from './decide-texts.ts';
import { type Entries, filledIn } from './form-fields.ts';

/** What serving decision links needs. */
export interface DecideOptions {
  readonly log: Logger;
  readonly sign: SignAssertion;
  readonly trustedHops: number;
  /** Counts a request of an address; throws RATE_LIMITED. */
  readonly limit: (address: string) => Promise<void>;
}

const donePath = `${decisionPath}/done/`;
const maxBodyBytes = 256 * 1024;

const viewQuery = `mutation ($input: ViewDecisionLinkInput!) {
  viewDecisionLink(input: $input) { person expiresAt approval { title description data form required } } }`;
// What a column of JSON holds is JSON.
const anyJson = z.unknown().transform((value) => value as JsonValue | undefined);
const viewed = z.object({
  viewDecisionLink: z
    .object({
      person: z.string(),
      expiresAt: z.string(),
      approval: z.object({
        ...{ title: z.string(), description: z.string().nullable(), required: z.int() },
        ...{ data: anyJson, form: anyJson },
      }),
    })
    .nullable(),
});
const decideQuery = `mutation ($input: DecideByLinkInput!) {
  decideByLink(input: $input) { outcome userErrors { field message } } }`;
const decided = z.object({
  decideByLink: z.object({
    outcome: z.enum(['APPROVED', 'REJECTED', 'NOTED', 'GONE']).nullable(),
    userErrors: z.array(z.object({ field: z.string(), message: z.string() })),
  }),
});

/** Serves `/decide…`, where people decide without signing in; undefined for other paths. What a link is good for the subgraph knows. */
export function createDecide(
  options: DecideOptions,
): (url: URL, request: IncomingMessage, gate: PageGate) => Promise<Page | undefined> {
  return async (url, request, gate) => {
    const { pathname } = url;
    if (pathname !== decisionPath && !pathname.startsWith(donePath)) return undefined;
    const { requestId } = gate;
    try {
      await options.limit(clientAddress(request, options.trustedHops));
      return await serve({ options, url, request, gate });
    } catch (error) {
      const isKnown = error instanceof AppError && error.code !== 'INTERNAL';
      options.log[isKnown ? 'info' : 'error']({ err: error, requestId }, 'a decision link failed');
      const status = isKnown ? errorCatalogue[error.code].status : 503;
      return { ...endPage('busy', languageIn(request)), status };
    }
  };
}

interface Asked {
  readonly options: DecideOptions;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly gate: PageGate;
}

/** To look, however often and by whatever program, changes nothing; what is posted decides. */
async function serve(asked: Asked): Promise<Page> {
  const { url, request } = asked;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (url.pathname.startsWith(donePath)) return isRead ? done(asked) : notAllowed('GET, HEAD');
  if (isRead) return await ask(asked);
  return request.method === 'POST' ? await decide(asked) : notAllowed('GET, HEAD, POST');
}

function notAllowed(allow: string): Page {
  return { status: 405, type: 'text/plain', body: `Use ${allow}`, headers: { allow } };
}

const ends: readonly DecideEnd[] = ['approved', 'rejected', 'noted'];

function done({ url, request }: Asked): Page {
  const end = ends.find((name) => url.pathname === `${donePath}${name}`) ?? 'gone';
  return endPage(end, languageIn(request));
}

async function ask(asked: Asked): Promise<Page> {
  const ticket = readTicket(asked.url.searchParams.get('link'));
  const question = ticket && (await look(asked, ticket));
  const language = languageIn(asked.request);
  return question === undefined
    ? endPage('gone', language)
    : questionPage(question, nothingYet, language);
}

async function decide(asked: Asked): Promise<Page> {
  const { request, url } = asked;
  requireOwnPage(request);
  const entries = await entriesOf(asked);
  const ticket = readTicket(url.searchParams.get('link'));
  if (ticket === undefined) return endPage('gone', languageIn(request));
  const question = await look(asked, ticket);
  const verb = entries.get('decision');
  // Enter in a field is no decision.
  if (verb !== 'approve' && verb !== 'reject') return askAgain(asked, { question, entries }, []);
  const { outcome, userErrors } = await tellDecision(asked, ticket, { question, entries });
  if (userErrors.length > 0) return askAgain(asked, { question, entries }, userErrors);
  if (outcome === null || outcome === 'GONE') return endPage('gone', languageIn(request));
  return sendOn(`${donePath}${outcome.toLowerCase()}`);
}

function requireOwnPage({ headers }: IncomingMessage): void {
  const { host, origin, 'sec-fetch-site': site } = headers;
  // A page that tells nobody where it comes from posts with `null`; the secret of the link is what counts.
  const from = origin === 'null' ? undefined : origin;
  if (!isOwnPage({ host, origin: from, site: site?.toString() }))
    throw new AppError('CSRF_BLOCKED', 'another site cannot decide by a link');
}

async function entriesOf({ request, options, gate }: Asked): Promise<Entries> {
  const address = clientAddress(request, options.trustedHops);
  const body = await gate.receive(request, { address, maxBytes: maxBodyBytes });
  return new Map(new URLSearchParams(body.toString('utf8')));
}

function askAgain({ request }: Asked, said: Said, problems: Draft['problems']): Page {
  const { question, entries } = said;
  const language = languageIn(request);
  return question === undefined
    ? endPage('gone', language)
    : questionPage(question, { entries, problems }, language);
}

interface Said {
  readonly question: DecideQuestion | undefined;
  readonly entries: Entries;
}

/** Also by a link that is good no more: the audit log has who tried. */
async function tellDecision(asked: Asked, ticket: LinkTicket, { question, entries }: Said) {
  const approve = entries.get('decision') === 'approve';
  const comment = entries.get('comment') ?? '';
  const form = question?.form ?? undefined;
  const data = approve && form !== undefined ? filledIn(form, entries) : undefined;
  const input = {
    ...{ secret: ticket.secret, approve },
    ...(comment === '' ? {} : { comment }),
    ...(data === undefined ? {} : { data }),
  };
  const answer = await tell(asked, ticket, { query: decideQuery, input, answer: decided });
  return answer.decideByLink;
}

async function look(asked: Asked, ticket: LinkTicket): Promise<DecideQuestion | undefined> {
  const input = { secret: ticket.secret };
  const answer = await tell(asked, ticket, { query: viewQuery, input, answer: viewed });
  if (answer.viewDecisionLink === null) return undefined;
  const { approval, person, expiresAt } = answer.viewDecisionLink;
  return { ...approval, person, expiresAt };
}

function tell<Answer>(
  { options: { sign }, gate }: Asked,
  ticket: LinkTicket,
  question: HeldQuestion<Answer>,
): Promise<Answer> {
  return tellAs({ actor: decisionLinkActor(ticket), subgraph: 'jobs', sign, gate }, question);
}

function languageIn({ headers }: Pick<IncomingMessage, 'headers'>) {
  return languageOf(headers['accept-language']);
}
