import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { HttpRequest } from '../host.ts';
import { isJsonArray, textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import { expandNames, percentEncode } from '../uri-template.ts';
import { serialise } from './body.ts';
import { headersOf, withQuery } from './http.ts';

/** What an operation of an OpenAPI (3.x) or Swagger (2.0) document is called with. */
export interface OperationCall {
  readonly document: JsonObject;
  readonly documentUri: string;
  readonly operationId: string;
  readonly parameters: JsonObject;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly declared: readonly JsonObject[];
}

/** The request an operation means: parameters go where the document says, the rest is the body. */
export function openApiRequest(
  call: OperationCall,
): Omit<HttpRequest, 'redirect' | 'authentication'> {
  const operation = findOperation(call.document, call.operationId);
  requireParameters(operation, call);
  const given = (place: string): JsonObject => parametersIn(operation, place, call.parameters);
  const path = expandPath(operation.path, given('path'));
  const body = bodyOf(operation, call.parameters);
  const cookies = Object.entries(given('cookie')).map(
    ([name, value]) => `${name}=${percentEncode(textOf(value))}`,
  );
  const headers = {
    ...headersOf(given('header')),
    ...(cookies.length === 0 ? {} : { cookie: cookies.join('; ') }),
    ...(body?.contentType === undefined ? {} : { 'content-type': body.contentType }),
  };
  const uri = withQuery(serverOf(call) + path, given('query'));
  const request = { method: operation.method.toUpperCase(), uri, headers };
  return body === undefined ? request : { ...request, body: body.text };
}

function findOperation(document: JsonObject, operationId: string): Operation {
  for (const [path, item] of entries(document['paths'])) {
    for (const [method, operation] of entries(item)) {
      if (!isJsonObject(operation) || operation['operationId'] !== operationId) continue;
      const shared = isJsonObject(item) ? list(item['parameters']) : [];
      const declared = [...list(operation['parameters']), ...shared].map((parameter) =>
        resolved(document, parameter),
      );
      return { method, path, declared };
    }
  }
  throw workflowError(
    'configuration',
    `the document has no operation ${JSON.stringify(operationId)}`,
  );
}

/** Follows a local `$ref`. */
function resolved(document: JsonObject, value: JsonValue): JsonObject {
  if (!isJsonObject(value)) return {};
  const { $ref } = value;
  if (typeof $ref !== 'string' || !$ref.startsWith('#/')) return value;
  let target: JsonValue | undefined = document;
  for (const token of $ref.slice(2).split('/')) {
    target = isJsonObject(target)
      ? target[token.replaceAll('~1', '/').replaceAll('~0', '~')]
      : undefined;
  }
  return isJsonObject(target) ? target : {};
}

function requireParameters(
  { declared }: Operation,
  { parameters, operationId }: OperationCall,
): void {
  const missing = declared.find(
    (parameter) =>
      parameter['required'] === true &&
      parameter['in'] !== 'body' &&
      !Object.hasOwn(parameters, textOf(parameter['name'])),
  );
  if (missing === undefined) return;
  throw workflowError(
    'validation',
    `operation ${operationId} needs the parameter ${textOf(missing['name'])}`,
  );
}

function parametersIn({ declared }: Operation, place: string, parameters: JsonObject): JsonObject {
  const names = declared
    .filter((parameter) => parameter['in'] === place)
    .map((parameter) => textOf(parameter['name']));
  return Object.fromEntries(
    names.flatMap((name) =>
      Object.hasOwn(parameters, name) ? [[name, parameters[name] ?? null]] : [],
    ),
  );
}

function expandPath(path: string, values: JsonObject): string {
  return expandNames(path, (name) => percentEncode(textOf(values[name])));
}

/** A parameter called `body`, or declared to be it, is the body; else the names nobody declared make one. */
function bodyOf({ declared }: Operation, parameters: JsonObject): ReturnType<typeof serialise> {
  const name = declared.find((parameter) => parameter['in'] === 'body')?.['name'] ?? 'body';
  if (Object.hasOwn(parameters, textOf(name))) return serialise(parameters[textOf(name)] ?? null);
  const known = new Set(declared.map((parameter) => textOf(parameter['name'])));
  const rest = Object.entries(parameters).filter(([key]) => !known.has(key));
  return rest.length === 0 ? undefined : serialise(Object.fromEntries(rest));
}

/** First server with its variables at their defaults, relative to the document; Swagger's host and base path. */
function serverOf({ document, documentUri }: OperationCall): string {
  const [server] = list(document['servers']);
  const url = isJsonObject(server) ? withDefaults(server) : swaggerBase(document, documentUri);
  if (!URL.canParse(url, documentUri))
    throw workflowError(
      'configuration',
      `the document names no usable server: ${JSON.stringify(url)}`,
    );
  return new URL(url, documentUri).href.replace(/\/$/, '');
}

function withDefaults(server: JsonObject): string {
  const variables = server['variables'];
  return expandNames(textOf(server['url'] ?? '/'), (name) => {
    const variable = isJsonObject(variables) ? variables[name] : undefined;
    return isJsonObject(variable) ? textOf(variable['default']) : `{${name}}`;
  });
}

function swaggerBase(document: JsonObject, documentUri: string): string {
  const { host, basePath = '/' } = document;
  const [scheme = new URL(documentUri).protocol.replace(':', '')] = list(document['schemes']);
  return typeof host === 'string'
    ? `${textOf(scheme)}://${host}${textOf(basePath)}`
    : textOf(basePath);
}

function entries(value: JsonValue | undefined): [string, JsonValue][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}
