import type { IncomingMessage } from 'node:http';

import { z } from 'zod';

import type { Actor } from '../../../core/access/actor.ts';
import type { SignAssertion } from '../../../core/access/assertion.ts';
import { inboundPrefix, senderAt } from '../../../core/access/inbound-sender.ts';
import { type CountFailure, createLockOut } from '../../../core/access/lock-out.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError, errorCatalogue } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { PageGate } from '../../admit/ask.ts';
import type { Identity } from '../../admit/identity.ts';
import { HttpRefusal } from '../../answer/http-refusal.ts';
import { clientAddress } from '../../listen/http/client-address.ts';
import type { Page } from '../../listen/http/server.ts';
import { assertionHeaders } from '../authenticate.ts';
import { createLanes, type Lanes } from './lanes.ts';

/** What taking webhooks of outside systems needs. */
export interface InboundOptions {
  readonly log: Logger;
  readonly clock: Clock;
  readonly count: CountFailure;
  readonly sign: SignAssertion;
  readonly trustedHops: number;
}

const maxBodyBytes = 1024 * 1024;
/** Refused messages from one address to one endpoint in ten minutes before it is locked out there. */
const freeRefusals = 20;
/** Senders give up after about as long. */
const patienceMs = 10_000;
/** The headers that a signature may need; what they may be in all the server bounds. */
const withheld = new Set(['authorization', 'cookie', 'proxy-authorization']);

const query = `mutation ($input: ReceiveWebhookInput!) { receiveWebhook(input: $input) { status body } }`;
const answered = z.object({
  data: z.object({ receiveWebhook: z.object({ status: z.int(), body: z.string() }) }),
});

/** Takes `POST /inbound/…`; undefined for other paths. Whether a message is genuine the subgraph finds out, which has the secrets. */
export function createInbound(
  options: InboundOptions,
): (url: URL, request: IncomingMessage, gate: PageGate) => Promise<Page | undefined> {
  const lockOut = createLockOut({ ...options, free: freeRefusals });
  const lanes = createLanes();
  return async (url, request, gate) => {
    if (!url.pathname.startsWith(inboundPrefix)) return undefined;
    const { requestId } = gate;
    try {
      checkRequest(request);
      const sender = senderAt(url.pathname);
      if (sender === undefined) return page(401, refusedText);
      const address = clientAddress(request, options.trustedHops);
      // Both are of this address at this endpoint: what somebody else does there or elsewhere is not held against it.
      const subject = `inbound ${sender.id} ${address}`;
      lockOut.check(subject);
      const identity = identityOf(sender, subject, options.sign);
      await gate.count(identity, address);
      const body = await gate.receive(request, { address, maxBytes: maxBodyBytes });
      const message = { headers: headersOf(request), body: body.toString('base64') };
      const handOn = { gate, lanes, identity, requestId };
      const answer = await receive(handOn, { sender, message, bytes: body.length });
      if (answer.status === 401) await lockOut.fail(subject);
      return page(answer.status, answer.body);
    } catch (error) {
      return failure(error, { requestId, log: options.log });
    }
  };
}

const refusedText = 'refused';

function checkRequest({ method, headers }: IncomingMessage): void {
  if (method !== 'POST') throw new HttpRefusal(405, 'use POST', { allow: 'POST' });
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new HttpRefusal(415, 'send the body as it was signed, without content-encoding');
}

/** Counted apart from the tenant: those who send have no part of what its own callers may ask. */
function identityOf(sender: Actor, key: string, sign: SignAssertion): Identity {
  return { key, isAuthenticated: true, headers: assertionHeaders(sender, sign) };
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !withheld.has(name) ? [[name, value]] : [],
    ),
  );
}

interface HandOn {
  readonly gate: PageGate;
  readonly lanes: Lanes;
  readonly identity: Identity;
  readonly requestId: string;
}

interface Posted {
  readonly sender: Actor;
  readonly message: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly bytes: number;
}

/** Goes on when the sender leaves: it may be known then when it comes again. */
async function receive(
  { gate, lanes, identity, requestId }: HandOn,
  { sender, message, bytes }: Posted,
) {
  const work = async () => {
    const answer = await gate.tell({
      ...{ subgraph: 'jobs', query, variables: { input: message }, identity, requestId },
      signal: AbortSignal.timeout(patienceMs),
    });
    const { data, success } = answered.safeParse(answer);
    if (!success) throw new AppError('UNAVAILABLE', 'it could not be taken now; send it again');
    return data.data.receiveWebhook;
  };
  return await lanes.run({ endpoint: sender.id, bytes }, work, ({ status }) => status !== 401);
}

function page(status: number, body: string, headers: Page['headers'] = {}): Page {
  return { status, type: 'text/plain', body, headers };
}

function failure(
  error: unknown,
  { requestId, log }: { readonly requestId: string; readonly log: Logger },
): Page {
  if (error instanceof HttpRefusal) return page(error.status, error.message, error.headers);
  if (error instanceof AppError && ofSender.has(error.code))
    return page(errorCatalogue[error.code].status, error.message, wait(error.retryAfterMs));
  // A sender cannot do anything about what the inside says; it sends again.
  const isKnown = error instanceof AppError && error.code !== 'INTERNAL';
  if (!isKnown) log.error({ err: error, requestId }, 'a message could not be taken');
  return page(503, 'try again later', wait((isKnown && error.retryAfterMs) || unavailableMs));
}

const ofSender: ReadonlySet<string> = new Set([
  'RATE_LIMITED',
  'PAYLOAD_TOO_LARGE',
  'REQUEST_TIMEOUT',
]);
const unavailableMs = 5_000;

function wait(ms: number | undefined): Readonly<Record<string, string>> {
  return ms === undefined ? {} : { 'retry-after': String(Math.ceil(ms / 1_000)) };
}
