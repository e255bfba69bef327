import { NotFoundError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { trimEndOf } from '../../kernel/trim-end.ts';
import type { BatchCollector } from '../batching.ts';
import {
  type CallContext,
  type CallResult,
  type Connector,
  defineConnector,
  type TypedCall,
} from '../connector.ts';
import {
  type ConnectionPolicy,
  type EgressRequest,
  type EgressResponse,
} from '../egress/policy.ts';
import { argumentSchema, checkArguments, placedArguments, sendsLeftOver } from './arguments.ts';
import { groupOf, keyOf } from '../parts/batch-group.ts';
import { readBatch } from './batch.ts';
import { configSchema, type HttpBatch, type HttpConfig, type HttpOperation } from './config.ts';
import type { Proof, ProofServices } from '../parts/proof.ts';
import {
  proofOf,
  type RequestCredential,
  requestCredentialSchema as credentialSchema,
} from '../parts/request-credential.ts';
import { cacheOf } from '../parts/cache-settings.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import { decodeBody, describeFailure, valueAt } from '../parts/response.ts';
import { headerSecrets, secretHeaders } from '../parts/secret-headers.ts';
import { fillJson, fillPath, fillTexts } from '../parts/template.ts';

interface HttpServices extends ProofServices {
  readonly batches: BatchCollector;
}

interface Plan {
  readonly config: HttpConfig;
  readonly operation: HttpOperation;
  readonly values: JsonObject;
  readonly credential: Proof;
  readonly connection: ConnectionPolicy;
  readonly context: CallContext;
}

interface Target {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>> | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** Kind `http`: operations are declared in the configuration, each one a request template. */
export function createHttpConnector(services: HttpServices): Connector {
  return defineConnector<HttpConfig, RequestCredential>({
    kind: 'http',
    description: 'Any HTTP API: each operation is a request template.',
    configSchema,
    credentialSchema,
    destinationOf: ({ baseUrl }) => new URL(baseUrl).origin,
    secrets: headerSecrets,
    consent: services.consent,
    operations: (config) =>
      config.operations.map((operation) => ({
        name: operation.name,
        description: operation.description,
        arguments: argumentSchema(operation),
        isBatched: operation.batch !== undefined,
      })),
    async invoke(call, context) {
      const plan = planCall(services, call, context);
      const { batch } = plan.operation;
      return batch === undefined
        ? await callAlone(services, plan)
        : await callInBatch(services, plan, batch);
    },
    async testConnection(config, credential, context) {
      const applied = proofOf(services, credential, context);
      const target = { method: 'GET', path: config.testPath, query: undefined, headers: undefined };
      const request = buildRequest({ config, credential: applied, values: {} }, target);
      const connection = connectionOf(config.limits, context, applied);
      const sent = { ...request, ...timesOf(config.limits, context) };
      const response = await services.egress.request(connection, sent, context.signal);
      const { status, durationMs } = response;
      const isRefused = status === 401 || status === 403 || status >= 500;
      return {
        isReachable: !isRefused,
        message: `answered with status ${String(status)}`,
        durationMs,
      };
    },
  });
}

function planCall(
  services: HttpServices,
  call: TypedCall<HttpConfig, RequestCredential>,
  context: CallContext,
): Plan {
  const credential = proofOf(services, call.credential, context);
  const operation = call.config.operations.find((candidate) => candidate.name === call.operation);
  if (operation === undefined)
    throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
  checkArguments(operation, call.arguments);
  return {
    config: call.config,
    operation,
    values: call.arguments,
    credential,
    connection: connectionOf(call.config.limits, context, credential),
    context,
  };
}

async function callAlone({ egress }: HttpServices, plan: Plan): Promise<CallResult> {
  const { operation, connection, context } = plan;
  const request = { ...buildRequest(plan, targetOf(operation)), ...keyed(plan), ...bodyOf(plan) };
  const headers = { ...request.headers, ...idempotencyHeaders(plan), ...contentType(request) };
  const cache = cacheOf(operation.cache ?? plan.config.cache, operation.name, context);
  const sent = { ...request, headers, cache, ...timesOf(plan.config.limits, context) };
  const response = await egress.request(connection, sent, context.signal);
  const { status, attempts, durationMs } = response;
  const isMissing = status === 404 && operation.whenNotFound === 'null';
  const value = isMissing ? null : resultOf(plan, response);
  return { value, status, attempts, durationMs, batch: undefined };
}

async function callInBatch(
  services: HttpServices,
  plan: Plan,
  batch: HttpBatch,
): Promise<CallResult> {
  const { connection, context } = plan;
  const key = keyOf(plan.values[batch.keyArgument]);
  if (key === undefined) return await callAlone(services, plan);
  if (context.trace !== undefined) context.trace.cache = 'BYPASS';
  const { value, batchId, batchSize, ...rest } = await services.batches.load({
    group: groupOf({
      config: plan.config,
      operation: plan.operation.name,
      values: plan.values,
      keyArgument: batch.keyArgument,
      context,
    }),
    key,
    maxKeys: batch.maxKeys,
    deadlineAt: timesOf(plan.config.limits, context).deadlineAt,
    signal: context.signal,
    async fetch(keys, signal) {
      const values = { ...plan.values, keys };
      const request = buildRequest(
        { ...plan, values },
        { ...batch, query: batch.query, headers: plan.operation.headers },
      );
      const body =
        batch.body === undefined ? {} : { body: JSON.stringify(fillJson(batch.body, values)) };
      const headers = { ...request.headers, ...contentType(body) };
      // A batch only reads: asking for the same keys twice does no harm.
      const sent = {
        ...request,
        ...body,
        headers,
        ...{ isRepeatable: true, cache: 'BYPASS' as const },
        ...timesOf(plan.config.limits, context),
      };
      const response = await services.egress.request(connection, sent, signal);
      return readBatch(batch, accepted(plan, response), context.integrationName);
    },
  });
  return { value, ...rest, batch: { id: batchId, size: batchSize } };
}

function targetOf(operation: HttpOperation): Target {
  return {
    method: operation.method,
    path: operation.path,
    query: operation.query,
    headers: operation.headers,
  };
}

function buildRequest(
  { config, credential, values }: Pick<Plan, 'config' | 'credential' | 'values'>,
  target: Target,
): EgressRequest {
  const url = new URL(`${trimEndOf(config.baseUrl, '/')}${fillPath(target.path, values)}`);
  for (const [name, template] of Object.entries(target.query ?? {})) {
    for (const text of fillTexts(template, values)) url.searchParams.append(name, text);
  }
  const headers = Object.fromEntries(
    Object.entries({ ...config.headers, ...target.headers }).flatMap(([name, template]) => {
      const texts = fillTexts(template, values);
      return texts.length === 0 ? [] : [[name.toLowerCase(), texts.join(', ')]];
    }),
  );
  return {
    method: target.method,
    url: url.href,
    headers: { accept: 'application/json, */*;q=0.5', ...headers, ...credential.headers },
    authorization: credential.authorization,
  };
}

function bodyOf({ operation, values }: Plan): { readonly body?: string } {
  if (operation.body !== undefined)
    return { body: JSON.stringify(fillJson(operation.body, values) ?? null) };
  if (!sendsLeftOver(operation)) return {};
  const placed = placedArguments(operation);
  return {
    body: JSON.stringify(
      Object.fromEntries(Object.entries(values).filter(([name]) => !placed.has(name))),
    ),
  };
}

function contentType(request: {
  readonly body?: string | Uint8Array;
}): Readonly<Record<string, string>> {
  return request.body === undefined ? {} : { 'content-type': 'application/json' };
}

function keyed(plan: Plan): { readonly isRepeatable?: boolean } {
  return Object.keys(idempotencyHeaders(plan)).length > 0 ? { isRepeatable: true } : {};
}

function idempotencyHeaders({ operation, context }: Plan): Readonly<Record<string, string>> {
  const { idempotencyHeader } = operation;
  if (idempotencyHeader === undefined || context.idempotencyKey === undefined) return {};
  return { [idempotencyHeader.toLowerCase()]: context.idempotencyKey };
}

function accepted(
  { config, operation, credential, context }: Plan,
  response: EgressResponse,
): EgressResponse {
  if (response.status >= 200 && response.status <= 299) return response;
  const { texts } = secretHeaders({ ...config.headers, ...operation.headers });
  throw describeFailure(response, context.integrationName, [...credential.secrets, ...texts]);
}

function resultOf(plan: Plan, response: EgressResponse): JsonValue {
  const body = decodeBody(accepted(plan, response), plan.context.integrationName);
  return valueAt(body, plan.operation.output) ?? null;
}
