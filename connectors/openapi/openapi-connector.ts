import { AppError, NotFoundError } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import {
  type CallContext,
  type CallResult,
  type Connector,
  defineConnector,
  type OperationDescription,
  type TypedCall,
} from '../connector.ts';
import type { ConnectionPolicy, EgressRequest, EgressResponse } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import { check, checkArguments } from '../parts/check-arguments.ts';
import { cacheOf } from '../parts/cache-settings.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import { decodeBody, describeFailure } from '../parts/response.ts';
import { headerSecrets, secretHeaders } from '../parts/secret-headers.ts';
import type { CompileSchema, OpenApiReader } from '../ports.ts';
import {
  configSchema,
  credentialSchema,
  type OpenApiConfig,
  type OpenApiCredential,
} from './config.ts';
import { fetchDocument } from './fetch-document.ts';
import {
  argumentSchema,
  importDocument,
  type Imported,
  type ImportedOperation,
  responseSchema,
  successStatus,
} from './operations.ts';
import { applySecurity, type AppliedSecurity, type SecurityServices } from './security.ts';

interface OpenApiServices extends SecurityServices {
  readonly compileSchema: CompileSchema;
}

/** Kind `openapi`: operations are those of a document. */
export function createOpenApiConnector(services: OpenApiServices): Connector {
  const imports = new WeakMap<OpenApiConfig, Imported | undefined>();
  // Equal objects come again and again, as configurations are kept parsed.
  const importOf = (config: OpenApiConfig): Imported | undefined => {
    if (!imports.has(config)) imports.set(config, importDocument(services.openApi, config));
    return imports.get(config);
  };
  return defineConnector<OpenApiConfig, OpenApiCredential>({
    kind: 'openapi',
    description:
      'An HTTP API with an OpenAPI 3 or Swagger 2.0 document: its operations, checked both ways.',
    configSchema,
    credentialSchema,
    secrets: headerSecrets,
    consent: services.consent,
    problems: (config) => importProblems(services.openApi, config),
    destinationOf: (config) => {
      const { server, documentUrl } = config;
      return new URL(importOf(config)?.server ?? server ?? documentUrl ?? '').origin;
    },
    operations: (config) => describeAll(services.openApi, importOf(config)),
    async invoke(call, context) {
      const imported = importOf(call.config);
      const operation = imported?.operations.find(({ name }) => name === call.operation);
      if (imported === undefined || operation === undefined)
        throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
      return await callOperation(services, { call, imported, operation, context });
    },
    async testConnection(config, credential, context) {
      const imported = importOf(config);
      const { request, certificate } = probeOf(services, { config, imported, credential, context });
      const connection = connectionOf(config.limits, context, { certificate });
      const sent = { ...request, ...timesOf(config.limits, context) };
      const { status, durationMs } = await services.egress.request(
        connection,
        sent,
        context.signal,
      );
      const isRefused = status === 401 || status === 403 || status >= 500;
      const message = `answered with status ${String(status)}`;
      return { isReachable: !isRefused, message, durationMs };
    },
    discover: (config, _credential, context) => fetchDocument(services.egress, config, context),
  });
}

function importProblems(reader: OpenApiReader, config: OpenApiConfig) {
  try {
    const imported = importDocument(reader, config);
    if (imported === undefined) return [];
    const names = imported.operations.map(({ name }) => name);
    const unknown = (config.operations ?? []).flatMap((name, index) =>
      names.includes(name)
        ? []
        : [
            {
              field: `operations.${String(index)}`,
              message: `the document has no operation ${name}`,
            },
          ],
    );
    if (names.length > 0 || unknown.length > 0) return unknown;
    return [{ field: 'document', message: 'the document has no operation on this server' }];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ field: 'document', message: error.message }];
  }
}

/** Schemas that a list of operations shows, characters; those after that are shown without, and checked all the same. */
const maxShown = 1_000_000;

function describeAll(
  reader: OpenApiReader,
  imported: Imported | undefined,
): readonly OperationDescription[] {
  if (imported === undefined) return [];
  let shown = 0;
  return imported.operations.map((operation) => {
    const { name, description } = operation;
    if (shown > maxShown)
      return { name, description, arguments: { type: 'object' }, isBatched: false };
    const given = argumentSchema(imported, operation);
    const status = successStatus(operation);
    const result = responseSchema(reader, { imported, operation, status });
    shown += JSON.stringify([given, result]).length;
    const known = result === undefined ? {} : { result };
    return { name, description, arguments: given, ...known, isBatched: false };
  });
}

interface Called {
  readonly call: TypedCall<OpenApiConfig, OpenApiCredential>;
  readonly imported: Imported;
  readonly operation: ImportedOperation;
  readonly context: CallContext;
}

async function callOperation(services: OpenApiServices, called: Called): Promise<CallResult> {
  const { call, imported, operation, context } = called;
  const { config } = call;
  if (config.requests === 'check')
    checkArguments(services.compileSchema, argumentSchema(imported, operation), call.arguments);
  const owned = { credential: call.credential, context };
  const security = applySecurity(services, { imported, operation }, owned);
  const request = requestOf(services.openApi, called, security);
  const connection = connectionOf(config.limits, context, security);
  const response = await services.egress.request(connection, request, context.signal);
  const { status, attempts, durationMs } = response;
  const value = resultOf(services, called, { response, security });
  return { value, status, attempts, durationMs, batch: undefined };
}

function requestOf(
  reader: OpenApiReader,
  { call, imported, operation, context }: Called,
  security: AppliedSecurity,
): EgressRequest {
  const { config, arguments: parameters } = call;
  const { documentUri } = imported;
  const written = reader.writeRequest({
    document: operation.own,
    documentUri,
    operationId: operation.id,
    parameters,
  });
  const { idempotencyKey } = context;
  const header = config.idempotencyHeader?.toLowerCase();
  const isKeyed = header !== undefined && idempotencyKey !== undefined;
  return {
    method: written.method,
    url: withQuery(written.uri, security.query),
    headers: {
      accept: 'application/json, */*;q=0.5',
      ...lowerCased(config.headers ?? {}),
      ...lowerCased(written.headers),
      ...security.headers,
      ...(isKeyed ? { [header]: idempotencyKey } : {}),
    },
    authorization: security.authorization,
    ...(written.body === undefined ? {} : { body: written.body }),
    ...(isKeyed ? { isRepeatable: true } : {}),
    cache: cacheOf(config.cache, operation.name, context),
    ...timesOf(config.limits, context),
  };
}

function withQuery(uri: string, pairs: readonly string[]): string {
  if (pairs.length === 0) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

interface Answered {
  readonly response: EgressResponse;
  readonly security: AppliedSecurity;
}

function resultOf(
  { compileSchema, openApi }: OpenApiServices,
  { call, imported, operation, context }: Called,
  { response, security }: Answered,
): JsonValue {
  const { integrationName: name } = context;
  const { status, attempts } = response;
  if (status < 200 || status > 299) {
    const { texts } = secretHeaders(call.config.headers ?? {});
    throw describeFailure(response, name, [...security.secrets, ...texts]);
  }
  const value = decodeBody(response, name);
  if (call.config.responses === 'keep' || response.body.length === 0) return value;
  const schema = responseSchema(openApi, { imported, operation, status });
  const [fault] = schema === undefined ? [] : check(compileSchema, schema, value);
  if (fault === undefined) return value;
  const place = fault.path === '' ? 'it' : cutText(fault.path, 200);
  throw new IntegrationError(
    `${name} answered ${operation.name} with something that its document does not say: ${place} ${cutText(fault.message, 200)}`,
    { status, isRetryable: false, attempts },
  );
}

interface Probed {
  readonly config: OpenApiConfig;
  readonly imported: Imported | undefined;
  readonly credential: OpenApiCredential | undefined;
  readonly context: CallContext;
}

/** Asks the first operation that reads and needs nothing; without one, for the address of the server. */
function probeOf(
  services: OpenApiServices,
  { config, imported, credential, context }: Probed,
): { readonly request: EgressRequest } & Pick<ConnectionPolicy, 'certificate'> {
  const headers = lowerCased(config.headers ?? {});
  const operation = imported?.operations.find(
    (each) => each.method === 'get' && isEmpty(argumentSchema(imported, each)['required']),
  );
  if (imported === undefined || operation === undefined) {
    const url = imported?.server ?? config.server ?? config.documentUrl ?? '';
    return { request: { method: 'GET', url, headers } };
  }
  const { documentUri } = imported;
  const call = { document: operation.own, documentUri, operationId: operation.id, parameters: {} };
  const security = applySecurity(services, { imported, operation }, { credential, context });
  const written = services.openApi.writeRequest(call);
  const request = {
    method: 'GET',
    url: withQuery(written.uri, security.query),
    headers: { ...headers, ...lowerCased(written.headers), ...security.headers },
    authorization: security.authorization,
  };
  return { request, certificate: security.certificate };
}

function isEmpty(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}
