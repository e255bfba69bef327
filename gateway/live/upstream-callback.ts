import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { ExecutionResult } from 'graphql';
import { Agent, request as send } from 'undici';
import { z } from 'zod';

import { constantTimeEquals } from '../../kernel/crypto/hash.ts';
import { AppError, errorCatalogue } from '../../kernel/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../kernel/json.ts';
import type { ClientTls } from '../execute/transport/client-tls.ts';
import type { SubgraphSubscription } from '../execute/transport/port.ts';
import type { BodyBudget } from '../listen/http/body-budget.ts';
import { readBody } from '../listen/http/read-body.ts';
import type { Page } from '../listen/http/server.ts';
import { EventQueue } from './event-queue.ts';
import { readRefusal, type RefusingSubgraph } from './upstream-refused.ts';

/** Where subgraphs call back. */
export interface CallbackRules {
  /** Address of this gateway as its subgraphs know it, without the path. */
  readonly publicUrl: string;
  readonly path: string;
  /** How often a subgraph has to say that it is there; 0: never. */
  readonly heartbeatMs: number;
}

interface CallbackOptions {
  readonly subgraph: RefusingSubgraph;
  /** Address of the subgraph's endpoint. */
  readonly url: string;
  readonly maxPendingEvents: number;
  readonly tls?: ClientTls | undefined;
}

/** Subscriptions by Apollo's HTTP callback protocol 1.0: the subgraph sends each event as a request of its own. */
export interface Callbacks {
  subscribe(
    request: SubgraphSubscription,
    options: CallbackOptions,
  ): AsyncIterable<ExecutionResult>;
  /** Takes what subgraphs send; undefined for other paths. */
  page(url: URL, request: IncomingMessage, limits: CallbackLimits): Promise<Page | undefined>;
}

/** What a message of a subgraph may cost. */
export interface CallbackLimits {
  readonly bodies: BodyBudget;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

interface Open {
  readonly verifier: string;
  readonly queue: EventQueue<ExecutionResult>;
  readonly subgraph: RefusingSubgraph;
  /** Notes that the subgraph is there. */
  readonly beat: () => void;
}

const openTimeoutMs = 10_000;
/** Heartbeats that may be missed. */
const MISSED = 3;

const message = z.looseObject({
  kind: z.literal('subscription'),
  action: z.enum(['check', 'next', 'complete']),
  id: z.string(),
  verifier: z.string(),
});

export function createCallbacks(rules: CallbackRules): Callbacks {
  const opened = new Map<string, Open>();
  return {
    subscribe: (request, options) => subscribe(opened, rules, { request, options }),
    page: async (url, request, limits) => {
      if (!url.pathname.startsWith(`${rules.path}/`)) return undefined;
      const id = url.pathname.slice(rules.path.length + 1);
      try {
        return answer(take(opened.get(id), id, await read(request, limits)));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return answer(errorCatalogue[error.code].status);
      }
    },
  };
}

async function* subscribe(
  opened: Map<string, Open>,
  rules: CallbackRules,
  { request, options }: { request: SubgraphSubscription; options: CallbackOptions },
): AsyncGenerator<ExecutionResult, void> {
  const { heartbeatMs } = rules;
  const [id, verifier] = [randomUUID(), randomUUID()];
  const queue = new EventQueue<ExecutionResult>(options.maxPendingEvents, () => undefined);
  const silence = watchSilence(heartbeatMs, () => {
    queue.fail(new Error('the subgraph no longer says that it is there'));
  });
  opened.set(id, { verifier, queue, subgraph: options.subgraph, beat: silence.beat });
  const leave = (): void => void queue.return();
  request.signal.addEventListener('abort', leave, { once: true });
  try {
    const callbackUrl = `${rules.publicUrl.replace(/\/$/, '')}${rules.path}/${id}`;
    const subscription = {
      ...{ callbackUrl, verifier, subscriptionId: id },
      heartbeatIntervalMs: heartbeatMs,
    };
    await begin(request, options, subscription);
    silence.beat();
    yield* queue;
  } finally {
    request.signal.removeEventListener('abort', leave);
    silence.end();
    // What the subgraph sends from now on is told 404, and it stops.
    opened.delete(id);
  }
}

/** A subgraph that takes the subscription has called back before it answers. */
async function begin(
  { query, variables, operationName, extensions, headers, signal }: SubgraphSubscription,
  { url, subgraph, tls }: CallbackOptions,
  subscription: object,
): Promise<void> {
  const agent = tls && new Agent({ connect: { ...tls.current() } });
  try {
    const { statusCode, body } = await send(url, {
      ...(agent && { dispatcher: agent }),
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/json;callbackSpec=1.0, application/json',
      },
      body: JSON.stringify({
        ...{ query, variables, operationName },
        extensions: { ...extensions, subscription },
      }),
      signal,
      headersTimeout: openTimeoutMs,
      bodyTimeout: openTimeoutMs,
    });
    const told = parse(await body.text());
    if (isJsonObject(told) && Array.isArray(told['errors'])) {
      throw readRefusal(told['errors'], subgraph);
    }
    if (statusCode >= 200 && statusCode < 300) return;
    throw new Error(`Subgraph "${subgraph.name}" answered HTTP ${statusCode} to a subscription`);
  } finally {
    await agent?.close();
  }
}

interface Received {
  readonly action: 'check' | 'next' | 'complete';
  readonly id: string;
  readonly verifier: string;
  readonly payload: JsonValue | undefined;
  readonly errors: JsonValue | undefined;
}

/** The HTTP status of the answer. */
function take(open: Open | undefined, id: string, received: Received): number {
  if (open === undefined || received.id !== id) return 404;
  if (!constantTimeEquals(received.verifier, open.verifier)) return 400;
  const { queue, subgraph, beat } = open;
  const { action, payload, errors } = received;
  beat();
  if (action === 'next') {
    if (!isJsonObject(payload)) return 400;
    // Read leniently, as what comes over a socket is.
    queue.push(payload);
  } else if (action === 'complete') {
    const isRefused = Array.isArray(errors) && errors.length > 0;
    if (isRefused) queue.fail(readRefusal(errors, subgraph));
    else queue.finish();
  }
  return 204;
}

async function read(
  request: IncomingMessage,
  { bodies, maxBytes, timeoutMs }: CallbackLimits,
): Promise<Received> {
  if (request.method !== 'POST') throw new AppError('BAD_USER_INPUT', 'Send a POST');
  const share = bodies.open('callbacks of subgraphs');
  const value = parse(await readBody(request, { maxBytes, timeoutMs, share }));
  const { success, data } = message.safeParse(value);
  if (!success || !isJsonObject(value)) throw new AppError('BAD_USER_INPUT', 'No such message');
  return { ...data, payload: value['payload'], errors: value['errors'] };
}

function parse(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function answer(status: number): Page {
  const headers = { 'subscription-protocol': 'callback' };
  return { status, type: 'text/plain', body: '', headers };
}

function watchSilence(
  heartbeatMs: number,
  onSilence: () => void,
): { beat: () => void; end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => clearTimeout(timer);
  const beat = (): void => {
    end();
    if (heartbeatMs > 0) timer = setTimeout(onSilence, MISSED * heartbeatMs).unref();
  };
  return { beat, end };
}
