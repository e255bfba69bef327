import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';

import type { Settings } from '../../kernel/config/settings.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { encodeMessage } from '../asyncapi/messages.ts';
import { documentFault } from '../parts/document-bounds.ts';
import { type Target, targetOf } from '../asyncapi/target.ts';
import { openLine } from '../asyncapi/open-line.ts';
import type { Line, LineWish } from '../asyncapi/line.ts';
import type { Egress } from '../egress/egress.ts';
import { type ConnectionPolicy, defaultLimits } from '../egress/policy.ts';
import { failureOf } from '../egress/failure-of.ts';
import { textOf } from '../parts/text-of.ts';
import type { CompileSchema } from '../ports.ts';
import { authentication, parseRequest } from '../workflow-http/requests.ts';
import type { WorkflowCallContext, WorkflowHttp } from '../workflow-http/workflow-http.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';

/** Messages that a definition sends and takes by itself, by a document of AsyncAPI; arguments are evaluated JSON. */
export interface WorkflowAsyncApi {
  /**
   * `{document, message, …}` is sent, with null as the answer. `{subscription, …}` answers a list of messages, an empty one
   * when `dueAt` has come; null says that the channel is not listened to yet, which needs the `document`.
   */
  call(request: JsonObject, context: AsyncApiContext): Promise<JsonValue>;
  /** Ends the subscriptions of a job. */
  leave(jobId: string): void;
}

export interface AsyncApiContext extends WorkflowCallContext {
  readonly jobId: string;
}

const json = z.custom<JsonValue>((value) => value !== undefined);
const object = z.record(z.string(), json);

const asyncRequest = z.object({
  document: object.optional(),
  operation: z.string().optional(),
  channel: z.string().optional(),
  server: z.object({ name: z.string(), variables: object.optional() }).optional(),
  protocol: z.string().optional(),
  parameters: object.default({}),
  message: z.object({ payload: json.default({}), headers: object.default({}) }).optional(),
  /** Names a subscription of the job. */
  subscription: z.string().optional(),
  /** True when the subscription is over. */
  isOver: z.boolean().default(false),
  /** Moment at which nobody waits for further messages, epoch milliseconds. */
  dueAt: z.number().optional(),
  idempotencyKey: z.string().optional(),
  authentication: authentication.optional(),
});

type AsyncRequest = z.infer<typeof asyncRequest>;

export interface AsyncApiServices {
  readonly egress: Egress;
  readonly http: WorkflowHttp;
  readonly limits: Settings['calls'];
  readonly compileSchema: CompileSchema;
}

export function createWorkflowAsyncApi(services: AsyncApiServices): WorkflowAsyncApi {
  const subscriptions = createSubscriptions(services);
  return {
    async call(given, context) {
      const request = parseRequest(asyncRequest, given);
      if (request.subscription !== undefined)
        return await receive(services, subscriptions, { request, given, context });
      await send(services, { request, given, context });
      return null;
    },
    leave: (jobId) => subscriptions.leave(jobId),
  };
}

interface Asked {
  readonly request: AsyncRequest;
  /** As it came, for the authentication. */
  readonly given: JsonObject;
  readonly context: AsyncApiContext;
}

async function receive(
  services: AsyncApiServices,
  subscriptions: Subscriptions,
  asked: Asked,
): Promise<JsonValue> {
  const { request, context } = asked;
  const { subscription: key = '', document, dueAt } = request;
  if (request.isOver) {
    subscriptions.close(context.jobId, key);
    return null;
  }
  if (!subscriptions.has(context.jobId, key)) {
    if (document === undefined) return null;
    const target = found(document, request, 'receive');
    const line = await lineTo(services, target, asked);
    const policy = policyOf(services, target, context);
    // Who listens holds up nobody who sends.
    subscriptions.open(
      { ...context, key },
      { line, connection: { ...policy, key: `${policy.key}/in` } },
    );
  }
  // Those who take what is there already take turns with others.
  await turn();
  return await subscriptions.take({ ...context, key }, dueAt);
}

async function send(services: AsyncApiServices, asked: Asked): Promise<void> {
  const { request, context } = asked;
  const { document, message = { payload: {}, headers: {} } } = request;
  if (document === undefined) throw new AppError('BAD_USER_INPUT', 'the call has no document');
  const target = found(document, request, 'send');
  const encoded = encodeMessage(services.compileSchema, target.messages, message);
  if (target.wire.kind === 'http') {
    await post(services, { target, encoded, ...asked });
    return;
  }
  if (Object.keys(message.headers).length > 0 && target.wire.version !== 5)
    throw new AppError('BAD_USER_INPUT', 'messages of this protocol have no headers', {
      path: 'message.headers',
    });
  const line = await lineTo(services, target, asked);
  const { host, port } = target;
  await services.egress.converse<Line, undefined>(
    policyOf(services, target, context),
    {
      ...{ host, port, identity: crypto.randomUUID(), isRepeatable: false },
      timeoutMs: context.isTimed === true ? Infinity : services.limits.timeoutMs,
      deadlineAt: Infinity,
      open: (place, signal) => openLine(line, place, signal),
      async work(session, mark) {
        await session.publish(encoded, mark);
        // Nobody says anything more over it.
        session.close();
        return undefined;
      },
    },
    context.signal,
  );
}

function found(document: JsonObject, request: AsyncRequest, direction: 'send' | 'receive'): Target {
  const fault = documentFault(document);
  if (fault !== undefined) throw new AppError('BAD_USER_INPUT', fault, { path: 'document' });
  const { operation, channel, protocol, parameters, message } = request;
  const server = { ...request.server, protocol };
  return targetOf(document, { direction, operation, channel, server, parameters, message });
}

interface Posting extends Asked {
  readonly target: Target;
  readonly encoded: ReturnType<typeof encodeMessage>;
}

async function post(
  { http }: AsyncApiServices,
  { target, encoded, request, given, context }: Posting,
): Promise<void> {
  const { idempotencyKey } = request;
  const method = textOf(target.binding['method'] ?? '');
  const answer = await http.call(
    {
      method: method === '' ? 'POST' : method.toUpperCase(),
      ...{ uri: target.url, redirect: 'manual', body: encoded.body.toString('utf8') },
      headers: {
        'content-type': encoded.contentType ?? 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...encoded.headers,
      },
      ...(given['authentication'] === undefined ? {} : { authentication: given['authentication'] }),
    },
    context,
  );
  const status = Number(answer['statusCode']);
  if (status >= 200 && status < 300) return;
  throw failureOf(
    {
      ...{ status, url: target.url, attempts: 1, isShared: false, durationMs: 0 },
      cache: undefined,
      headers: answer['headers'] as Record<string, string>,
      body: Buffer.from(textOf(answer['bodyBase64']), 'base64'),
    },
    new URL(target.url).host,
  );
}

async function lineTo(services: AsyncApiServices, target: Target, asked: Asked): Promise<LineWish> {
  const { authentication: policy } = asked.request;
  return {
    ...{ target, name: new URL(target.origin).host },
    ...(target.wire.kind === 'mqtt'
      ? { headers: {}, login: loginOf(policy) }
      : { headers: await authorizationOf(services, asked), login: undefined }),
    maxBytes: defaultLimits.maxResponseBytes,
  };
}

function loginOf(policy: AsyncRequest['authentication']): LineWish['login'] {
  if (policy === undefined || policy.scheme === 'basic') return policy;
  throw new AppError('BAD_USER_INPUT', 'brokers of MQTT take an authentication of basic alone', {
    path: 'authentication',
  });
}

async function authorizationOf(
  { http }: AsyncApiServices,
  { given: { authentication: policy }, context }: Asked,
): Promise<LineWish['headers']> {
  if (policy === undefined) return {};
  const { scheme, parameter } = await http.authorize({ authentication: policy }, context);
  return { authorization: `${textOf(scheme)} ${textOf(parameter)}` };
}

/** As of requests that jobs make by themselves. */
const maxQueued = 10_000;

/** One connection for each tenant and server. */
function policyOf(
  { limits: { concurrency } }: AsyncApiServices,
  { origin }: Target,
  { tenantId }: AsyncApiContext,
): ConnectionPolicy {
  return {
    key: `${tenantId}/asyncapi/${origin}`,
    name: new URL(origin).host,
    limits: { ...defaultLimits, concurrency, maxQueued, maxAttempts: 1 },
  };
}
