import { AppError, NotFoundError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import {
  type CallContext,
  type CallResult,
  type Connector,
  defineConnector,
  type TestResult,
  type TypedCall,
} from '../connector.ts';
import type { Egress } from '../egress/egress.ts';
import type { EgressRequest } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import { fetchDocument } from '../openapi/fetch-document.ts';
import { checkArguments } from '../parts/check-arguments.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import { describeFailure } from '../parts/response.ts';
import { headerSecrets, secretHeaders } from '../parts/secret-headers.ts';
import { applyCredential, credentialSchema, type WebCredential } from '../parts/web-credential.ts';
import type { CompileSchema } from '../ports.ts';
import { type AsyncApiConfig, configSchema } from './config.ts';
import { createInbox } from './inbox.ts';
import type { Line, LineWish } from './line.ts';
import { decodeMessage, encodeMessage, type WireMessage } from './messages.ts';
import { openLine } from './open-line.ts';
import {
  type AsyncOperation,
  describeOperation,
  importOperations,
  operationTarget,
} from './operations.ts';
import type { Target } from './target.ts';

interface AsyncApiServices {
  readonly egress: Egress;
  readonly compileSchema: CompileSchema;
}

/** Kind `asyncapi`: operations are those of a document; a call sends a message, or takes some. */
export function createAsyncApiConnector(services: AsyncApiServices): Connector {
  const imports = new WeakMap<AsyncApiConfig, readonly AsyncOperation[]>();
  const importOf = (config: AsyncApiConfig): readonly AsyncOperation[] => {
    const known = imports.get(config) ?? importOperations(config);
    imports.set(config, known);
    return known;
  };
  return defineConnector<AsyncApiConfig, WebCredential>({
    kind: 'asyncapi',
    description:
      'A system with an AsyncAPI document: messages over HTTP, WebSocket or MQTT, checked both ways.',
    configSchema,
    credentialSchema,
    secrets: headerSecrets,
    problems: problemsOf,
    destinationOf: (config) => {
      const [first] = importOf(config);
      return (
        first?.target.origin ?? new URL(config.documentUrl ?? 'https://nowhere.invalid').origin
      );
    },
    operations: (config) => importOf(config).map(describeOperation),
    async invoke(call, context) {
      const operation = importOf(call.config).find(({ name }) => name === call.operation);
      if (operation === undefined)
        throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
      return await callOperation(services, { call, operation, context });
    },
    async testConnection(config, credential, context) {
      return await probe(services, importOf(config)[0], { config, credential, context });
    },
    discover: (config, _credential, context) => fetchDocument(services.egress, config, context),
  });
}

function problemsOf(config: AsyncApiConfig) {
  if (config.document === undefined) return [];
  const names = importOperations(config).map(({ name }) => name);
  const unknown = (config.operations ?? []).flatMap((name, index) =>
    names.includes(name)
      ? []
      : [
          {
            field: `operations.${String(index)}`,
            message: `the document has no operation ${name} that goes over http, ws or mqtt`,
          },
        ],
  );
  if (names.length > 0 || unknown.length > 0) return unknown;
  const message = 'the document has no operation on a server that speaks http, ws or mqtt';
  return [{ field: config.server === undefined ? 'document' : 'server', message }];
}

interface Owned {
  readonly config: AsyncApiConfig;
  readonly credential: WebCredential | undefined;
  readonly context: CallContext;
}

interface Called {
  readonly call: TypedCall<AsyncApiConfig, WebCredential>;
  readonly operation: AsyncOperation;
  readonly context: CallContext;
}

async function callOperation(services: AsyncApiServices, called: Called): Promise<CallResult> {
  const { call, operation, context } = called;
  const { config, credential } = call;
  checkForm(services, called);
  const parameters = objectOf(call.arguments['parameters']);
  const owned: Owned = { config, credential, context };
  if (operation.direction === 'receive') {
    const target = operationTarget(config, operation, { parameters });
    return await receive(services, { ...owned, target, amount: amountOf(call.arguments) });
  }
  const message = {
    payload: call.arguments['payload'] ?? null,
    headers: objectOf(call.arguments['headers']),
  };
  const target = operationTarget(config, operation, { parameters, message });
  const encoded = encoding(() => encodeMessage(services.compileSchema, target.messages, message));
  if (target.wire.kind === 'http') return await post(services, { ...owned, target, encoded });
  return await publish(services, { ...owned, target, encoded });
}

/** Messages of one form are checked with the rest of the arguments, so that faults have their fields. */
function checkForm({ compileSchema }: AsyncApiServices, { call, operation }: Called): void {
  checkArguments(compileSchema, describeOperation(operation).arguments, call.arguments);
}

function encoding<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError('BAD_USER_INPUT', error.message, { path: 'arguments', cause: error });
  }
}

interface Sending extends Owned {
  readonly target: Target;
  readonly encoded: WireMessage;
}

async function post({ egress }: AsyncApiServices, sending: Sending): Promise<CallResult> {
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

async function publish(services: AsyncApiServices, sending: Sending): Promise<CallResult> {
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

async function receive(services: AsyncApiServices, receiving: Receiving): Promise<CallResult> {
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
      line.close();
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
async function probe(
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

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function amountOf({ amount }: JsonObject): number {
  return typeof amount === 'number' ? amount : 1;
}
