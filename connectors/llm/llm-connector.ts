import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { eventStream } from '../../kernel/server-events.ts';
import { cutText } from '../../kernel/storable.ts';
import { trimEndOf } from '../../kernel/trim-end.ts';
import {
  type CallContext,
  type CallResult,
  type Connector,
  defineConnector,
  type TypedCall,
} from '../connector.ts';
import type { Egress } from '../egress/egress.ts';
import type { EgressResponse } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import { checkArguments } from '../parts/check-arguments.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import { decodeBody, describeFailure } from '../parts/response.ts';
import { headerSecrets, secretHeaders } from '../parts/secret-headers.ts';
import { applyCredential, credentialSchema, type WebCredential } from '../parts/web-credential.ts';
import type { CompileSchema } from '../ports.ts';
import { added, readChoice, type Said, type Usage, usageOf } from './answer.ts';
import { configSchema, type LlmConfig, type LlmOperation } from './config.ts';
import { argumentSchema, messagesOf } from './messages.ts';
import { acceptedBy, requestOf } from './request.ts';
import { assemble, type Assembled } from './stream.ts';

interface LlmServices {
  readonly egress: Egress;
  readonly compileSchema: CompileSchema;
}

/** Kind `llm`: operations are instructions to a model, whose answers are data and nothing else. */
export function createLlmConnector(services: LlmServices): Connector {
  return defineConnector<LlmConfig, WebCredential>({
    kind: 'llm',
    description: 'A language model with an OpenAI-compatible API: each operation is a task for it.',
    configSchema,
    credentialSchema,
    secrets: headerSecrets,
    destinationOf: ({ baseUrl }) => new URL(baseUrl).origin,
    operations: (config) =>
      config.operations.map((operation) => ({
        name: operation.name,
        description: operation.description,
        arguments: argumentSchema,
        result: resultSchema(operation),
        isBatched: false,
      })),
    async invoke(call, context) {
      const operation = call.config.operations.find(({ name }) => name === call.operation);
      if (operation === undefined)
        throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
      checkArguments(services.compileSchema, argumentSchema, call.arguments);
      return await converse(services, { call, operation, context });
    },
    async testConnection(config, credential, context) {
      const asked = { config, credential, context };
      const response = await send(services.egress, asked, { method: 'GET', path: '/models' });
      return { isReachable: true, message: 'let us in', durationMs: response.durationMs };
    },
  });
}

function resultSchema({ output, tools }: LlmOperation): JsonObject {
  const text = { type: 'string' };
  const tokens = { type: 'integer' };
  return {
    type: 'object',
    properties: {
      output:
        tools === undefined ? (output ?? text) : { anyOf: [output ?? text, { type: 'null' }] },
      ...(tools === undefined ? {} : { toolCalls: { type: 'array', items: { type: 'object' } } }),
      model: text,
      usage: {
        type: 'object',
        properties: { inputTokens: tokens, outputTokens: tokens, cost: { type: 'number' } },
      },
    },
  };
}

interface Called {
  readonly call: TypedCall<LlmConfig, WebCredential>;
  readonly operation: LlmOperation;
  readonly context: CallContext;
}

/** Asks, and says what is wrong with the output as often as the operation allows. */
async function converse(
  { egress, compileSchema }: LlmServices,
  { call, operation, context }: Called,
): Promise<CallResult> {
  const { config, credential } = call;
  const startedAt = performance.now();
  let messages = messagesOf(operation, call.arguments);
  let usage: Usage = { inputTokens: 0, outputTokens: 0 };
  let attempts = 0;
  let promptDigest: string | undefined;
  for (let repairs = 0; ; repairs += 1) {
    const body = JSON.stringify(requestOf(operation, messages));
    promptDigest ??= sha256Hex(body);
    const about = { model: operation.model, promptDigest };
    context.noteModel?.({ ...about, ...usage });
    const asked = { config, credential, context };
    const accept = acceptedBy(operation);
    const wanted = { method: 'POST', path: '/chat/completions', body, accept, repairs };
    const response = await send(egress, asked, wanted);
    const answer = answerIn(response, asked);
    usage = added(usage, usageOf(answer.body));
    context.noteModel?.({ ...about, ...usage });
    attempts += response.attempts;
    const said = answer.broken ?? readChoice(compileSchema, operation, answer.body);
    if ('value' in said) {
      const value = {
        ...said.value,
        model: operation.model,
        usage: priced(config, operation, usage),
      };
      const durationMs = Math.round(performance.now() - startedAt);
      return { value, status: response.status, attempts, durationMs, batch: undefined };
    }
    if (!said.isRepairable || repairs >= operation.maxRepairs)
      throw unfit(said, { response, attempts, usage, context });
    messages = [...messages, ...repairOf(said)];
  }
}

/** The answer, whole or put together; what a provider says in a stream goes no further with a secret in it. */
function answerIn(response: EgressResponse, { config, credential, context }: Asked): Assembled {
  const isStream = response.headers['content-type']?.startsWith(eventStream) === true;
  if (!isStream) return { body: decodeBody(response, context.integrationName), broken: undefined };
  const { body, broken } = assemble(response.body.toString('utf8'));
  if (broken === undefined) return { body, broken };
  const hide = (text: string, secret: string): string => text.replaceAll(secret, '[redacted]');
  const fault = secretsOf(config, credential).reduce(hide, broken.fault);
  return { body, broken: { ...broken, fault } };
}

function repairOf({ text, fault }: Extract<Said, { fault: string }>): readonly JsonObject[] {
  return [
    { role: 'assistant', content: text },
    { role: 'user', content: `Your output is ${fault}. Answer again, with the output alone.` },
  ];
}

function priced({ prices }: LlmConfig, { model }: LlmOperation, usage: Usage): JsonObject {
  const price = prices !== undefined && Object.hasOwn(prices, model) ? prices[model] : undefined;
  const { inputTokens, outputTokens } = usage;
  if (price === undefined) return { inputTokens, outputTokens };
  const cost = (inputTokens * price.input + outputTokens * price.output) / 1_000_000;
  return { inputTokens, outputTokens, cost };
}

interface Outcome {
  readonly response: EgressResponse;
  readonly attempts: number;
  readonly usage: Usage;
  readonly context: CallContext;
}

/** What was paid for is told also where nothing came of it. */
function unfit(
  { fault, text, isRetryable = false }: Extract<Said, { fault: string }>,
  { response, attempts, usage, context }: Outcome,
): IntegrationError {
  const content = { output: cutText(text, 4_000), usage: { ...usage } };
  return new IntegrationError(`${context.integrationName} answered with ${fault}`, {
    status: response.status,
    isRetryable,
    attempts,
    answer: { statusCode: response.status, headers: {}, content },
  });
}

interface Asked {
  readonly config: LlmConfig;
  readonly credential: WebCredential | undefined;
  readonly context: CallContext;
}

interface Wanted {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly accept?: string;
  /** Requests of this call before: each has a key of its own. */
  readonly repairs?: number;
}

async function send(
  egress: Egress,
  { config, credential, context }: Asked,
  wanted: Wanted,
): Promise<EgressResponse> {
  const applied = applyCredential(credential);
  const { method, path, body } = wanted;
  const request = {
    method,
    url: `${trimEndOf(config.baseUrl, '/')}${path}`,
    headers: { ...headersOf(config, context, wanted), ...applied.headers },
    ...(body === undefined ? {} : { body }),
    // A model does nothing but answer: asked again, it costs again and harms nobody.
    ...{ isSafe: true, isRepeatable: true },
    ...timesOf(config.limits, context),
  };
  const connection = connectionOf(config.limits, context);
  const response = await egress.request(connection, request, context.signal);
  if (response.status >= 200 && response.status <= 299) return response;
  const secrets = secretsOf(config, credential);
  throw describeFailure(withMessage(response), context.integrationName, secrets);
}

function secretsOf(
  { headers = {} }: LlmConfig,
  credential: WebCredential | undefined,
): readonly string[] {
  return [...applyCredential(credential).secrets, ...secretHeaders(headers).texts];
}

function headersOf(
  { headers = {}, idempotencyHeader }: LlmConfig,
  { idempotencyKey }: CallContext,
  { body, accept = 'application/json', repairs = 0 }: Wanted,
): Record<string, string> {
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const common = { accept, ...Object.fromEntries(own) };
  if (body === undefined) return common;
  const typed = { ...common, 'content-type': 'application/json' };
  if (idempotencyHeader === undefined || idempotencyKey === undefined) return typed;
  const key = repairs === 0 ? idempotencyKey : `${idempotencyKey}-${String(repairs)}`;
  return { ...typed, [idempotencyHeader.toLowerCase()]: key };
}

/** Providers say why in `error.message`; failures look for a text in `error`. */
function withMessage(response: EgressResponse): EgressResponse {
  const body = tryJson(response);
  const error = typeof body === 'object' && body !== null && 'error' in body ? body['error'] : null;
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? error['message'] : null;
  if (typeof message !== 'string') return response;
  return { ...response, body: Buffer.from(JSON.stringify({ message, error })) };
}

function tryJson(response: EgressResponse): JsonValue {
  try {
    return decodeBody(response, '');
  } catch {
    return null;
  }
}
