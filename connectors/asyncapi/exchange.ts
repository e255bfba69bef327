import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CallContext, CallResult, TestResult } from '../connector.ts';
import type { Egress } from '../egress/egress.ts';
import type { EgressRequest } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import { describeFailure } from '../parts/response.ts';
import { secretHeaders } from '../parts/secret-headers.ts';
import { applyCredential, type WebCredential } from '../parts/web-credential.ts';
import type { CompileSchema } from '../ports.ts';
import type { AsyncApiConfig } from './config.ts';
import { createInbox } from './inbox.ts';
import type { Line, LineWish } from './line.ts';
import { decodeMessage, type WireMessage } from './messages.ts';
import { openLine } from './open-line.ts';
import type { AsyncOperation } from './operations.ts';
import type { Target } from './target.ts';

/** What calls take. */
export interface AsyncApiServices {
  readonly egress: Egress;
  readonly compileSchema: CompileSchema;
}

/** Whose call it is. */
export interface Owned {
  readonly config: AsyncApiConfig;
  readonly credential: WebCredential | undefined;
  readonly context: CallContext;
}

interface Sending extends Owned {
  readonly target: Target;
  readonly encoded: WireMessage;
}

/** Sends a message over HTTP. */
export async function post({ egress }: AsyncApiServices, sending: Sending): Promise<CallResult> {
  const { config, credential, context, target, encoded } = sending;
  const { method } = target.binding;
  const { headers, secrets } = applyCredential(credential);
  const { idempotencyKey } = context;
  const header = config.idempotencyHeader?.toLowerCase();
  const isKeyed = header !== undefined && idempotencyKey !== undefined;
  const request: EgressRequest = {
    method: typeof method === 'string' ? method.toUpperCase() : 'POST',
    url: target.url,
    headers: {
      ...ownHeaders(config),
      ...encoded.headers,
      ...(encoded.contentType === undefined ? {} : { 'content-type': encoded.contentType }),
      ...headers,
      ...(isKeyed ? { [header]: idempotencyKey } : {}),
    },
    body: encoded.body,
    ...(isKeyed ? { isRepeatable: true } : {}),
    ...timesOf(config.limits, context),
  };
  const connection = connectionOf(config.limits, context);
  const response = await egress.request(connection, request, context.signal);
  const { status, attempts, durationMs } = response;
  if (status < 200 || status > 299)
    throw describeFailure(response, context.integrationName, [...secrets, ...secretsOf(config)]);
  return { value: null, status, attempts, durationMs, batch: undefined };
}

/** Sends a message over a line. */
export async function publish(services: AsyncApiServices, sending: Sending): Promise<CallResult> {
  const { encoded } = sending;
  const { attempts, durationMs } = await converse(services, sending, {
    isRepeatable: false,
    work: (line, mark) => line.publish(encoded, mark),
  });
  return { value: null, status: undefined, attempts, durationMs, batch: undefined };
}

interface Receiving extends Owned {
  readonly target: Target;
  readonly amount: number;
}

/** Takes as many messages as are wanted. */
export async function receive(
  services: AsyncApiServices,
  receiving: Receiving,
): Promise<CallResult> {
  const { target, amount, config, context } = receiving;
  const name = context.integrationName;
  const { value, attempts, durationMs } = await converse(services, receiving, {
    isRepeatable: true,
    async work(line) {
      const { maxResponseBytes: maxBytes } = config.limits;
      const inbox = createInbox({ name, maxMessages: amount, maxBytes });
      line.consume(inbox).catch((error: unknown) => inbox.fail(error));
      const messages: JsonObject[] = [];
      let bytes = 0;
      while (messages.length < amount) {
        const some = await inbox.take(amount - messages.length, context.signal);
        for (const each of some) {
          bytes += each.body.length;
          messages.push(
            decodeMessage(services.compileSchema, { models: target.messages, name }, each),
          );
        }
        if (bytes > maxBytes) throw tooMuch(name, maxBytes);
      }
      return messages;
    },
  });
  return { value, status: undefined, attempts, durationMs, batch: undefined };
}

function tooMuch(name: string, maxBytes: number): IntegrationError {
  return new IntegrationError(`${name} sent more than ${String(maxBytes)} bytes`, {
    isRetryable: false,
  });
}

interface Talk<T> {
  readonly isRepeatable: boolean;
  readonly work: (line: Line, mark: { isSent: boolean }) => Promise<T>;
}

function converse<T>(
  { egress }: AsyncApiServices,
  { config, credential, context, target }: Owned & { readonly target: Target },
  { isRepeatable, work }: Talk<T>,
) {
  const wish = lineOf({ config, credential, context, target });
  return egress.converse<Line, T>(
    connectionOf(config.limits, context),
    {
      ...{ host: target.host, port: target.port, isRepeatable },
      // Lines are used once: what is kept is of nobody.
      identity: crypto.randomUUID(),
      ...timesOf(config.limits, context),
      open: (place, signal) => openLine(wish, place, signal),
      async work(line, mark) {
        const value = await work(line, mark);
        line.close();
        return value;
      },
    },
    context.signal,
  );
}

function lineOf({
  config,
  credential,
  context,
  target,
}: Owned & { readonly target: Target }): LineWish {
  const isMqtt = target.wire.kind === 'mqtt';
  const isNone = credential === undefined || credential.type === 'none';
  if (isMqtt && !isNone && credential.type !== 'basic')
    throw new AppError('BAD_USER_INPUT', 'brokers of MQTT take a credential of type basic alone', {
      path: 'credential',
    });
  return {
    ...{ target, name: context.integrationName, maxBytes: config.limits.maxResponseBytes },
    headers: isMqtt ? {} : { ...ownHeaders(config), ...applyCredential(credential).headers },
    login: isMqtt && credential?.type === 'basic' ? credential : undefined,
  };
}

/** Asks the server for its address, or lets itself in where that is not HTTP. */
export async function probe(
  services: AsyncApiServices,
  operation: AsyncOperation | undefined,
  owned: Owned,
): Promise<TestResult> {
  const { config, credential, context } = owned;
  if (operation !== undefined && operation.target.wire.kind !== 'http') {
    const { durationMs } = await converse(
      services,
      { ...owned, target: operation.target },
      { isRepeatable: true, work: () => Promise.resolve() },
    );
    return { isReachable: true, message: 'let us in', durationMs };
  }
  const url = operation?.target.origin ?? config.documentUrl ?? '';
  const headers = { ...ownHeaders(config), ...applyCredential(credential).headers };
  const request = { method: 'GET', url, headers };
  const times = timesOf(config.limits, context);
  const connection = connectionOf(config.limits, context);
  const { status, durationMs } = await services.egress.request(
    connection,
    { ...request, ...times },
    context.signal,
  );
  const isRefused = status === 401 || status === 403 || status >= 500;
  const message = `answered with status ${String(status)}`;
  return { isReachable: !isRefused, message, durationMs };
}

function ownHeaders({ headers = {} }: AsyncApiConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function secretsOf({ headers = {} }: AsyncApiConfig): readonly string[] {
  return secretHeaders(headers).texts;
}
