import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseOutsideJson,
} from '../../kernel/json.ts';
import type { Compute } from '../compute.ts';
import type { EndpointModel } from '../dsl/document.ts';
import type { HttpAnswer, HttpRequest } from '../host.ts';
import { asJson, isJsonArray, textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import type { Site } from '../site.ts';
import { serialise, type RequestBody } from './body.ts';
import { endpointUri } from './endpoint.ts';
import { resolveAuthentication } from './authentication.ts';

/** What an http or openapi call makes of the answer. */
export interface Shaping {
  readonly output: 'content' | 'raw' | 'response';
  readonly redirect: boolean;
}

export function shapingOf(model: JsonObject): Shaping {
  const { output, redirect } = model;
  return {
    output: output === 'raw' || output === 'response' ? output : 'content',
    redirect: redirect === true,
  };
}

/** The request that the `with` of `call: http` means. */
export function httpRequest(model: JsonObject, site: Site): HttpRequest {
  const { expressions } = site.execution.definition;
  const fill = (value: JsonValue | undefined): JsonValue =>
    value === undefined ? null : expressions.value(value, site.scope);
  const endpoint = asEndpoint(model['endpoint']);
  const authentication = resolveAuthentication(endpoint, site);
  const headers = headersOf(fill(model['headers']));
  const body = serialise(fill(model['body']), headerOf(headers, 'content-type'));
  return {
    method: textOf(fill(model['method'])).toUpperCase(),
    uri: withQuery(endpointUri(endpoint, site), fill(model['query'])),
    headers: withContentType(headers, body),
    redirect: model['redirect'] === true ? 'follow' : 'manual',
    ...(body === undefined ? {} : { body: body.text }),
    ...(authentication === undefined ? {} : { authentication }),
  };
}

// The schema lets nothing else pass as an endpoint.
export function asEndpoint(value: JsonValue | undefined): EndpointModel {
  return value as EndpointModel;
}

export function headersOf(value: JsonValue): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => (item === null ? [] : [[name, textOf(item)]])),
  );
}

function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The headers with the content type of the body, unless the author has named one. */
function withContentType(
  headers: Readonly<Record<string, string>>,
  body: RequestBody | undefined,
): Readonly<Record<string, string>> {
  if (body?.contentType === undefined || headerOf(headers, 'content-type') !== undefined)
    return headers;
  return { ...headers, 'content-type': body.contentType };
}

/** Adds parameters to a URI: arrays repeat their key, null is left out. */
export function withQuery(uri: string, query: JsonValue): string {
  if (!URL.canParse(uri))
    throw workflowError('configuration', `${JSON.stringify(uri)} is not an absolute URI`);
  if (!isJsonObject(query)) return uri;
  const url = new URL(uri);
  for (const [name, value] of Object.entries(query)) {
    const items: readonly JsonValue[] = isJsonArray(value) ? value : [value];
    for (const item of items) if (item !== null) url.searchParams.append(name, textOf(item));
  }
  return url.href;
}

// The host's side of the contract in host.ts.
export function asHttpAnswer(answer: JsonValue): HttpAnswer {
  return answer as HttpAnswer;
}

/** The raw output of a call: the answer as asked for, or `communication` when the status says failure. */
export function shapeAnswer(
  answer: HttpAnswer,
  { output, redirect }: Shaping,
  compute: Pick<Compute, 'requireRoomFor'>,
): JsonValue {
  requireSuccess(answer, redirect);
  // What reading costs is up to the peer: a step a character, at worst.
  compute.requireRoomFor(answer.bodyBase64.length);
  if (output === 'raw') return answer.bodyBase64;
  const content = contentOf(answer);
  if (output === 'content') return content;
  return {
    request: withoutCredentials(answer.request),
    statusCode: answer.statusCode,
    headers: answer.headers,
    content,
  };
}

function requireSuccess({ statusCode, request }: HttpAnswer, redirect: boolean): void {
  if (statusCode >= 200 && statusCode < (redirect ? 400 : 300)) return;
  const target = `${request.method} ${request.uri.split('?')[0] ?? ''}`;
  throw workflowError('communication', `${target} answered with status ${String(statusCode)}`, {
    status: statusCode,
  });
}

function withoutCredentials(request: HttpAnswer['request']): JsonObject {
  const hidden = /^(?:authorization|proxy-authorization|cookie)$/i;
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    hidden.test(name) ? '***' : value,
  ]);
  return { method: request.method, uri: request.uri, headers: asJson(Object.fromEntries(headers)) };
}

function contentOf(answer: HttpAnswer): JsonValue {
  if (answer.bodyBase64 === '') return null;
  const type = contentType(answer);
  if (/[/+]json$/.test(type)) return parseJson(answer);
  return isText(type) ? decoded(answer) : answer.bodyBase64;
}

function contentType({ headers }: HttpAnswer): string {
  const header = headerOf(headers, 'content-type') ?? '';
  return header.split(';')[0]?.trim().toLowerCase() ?? '';
}

function isText(type: string): boolean {
  return (
    type.startsWith('text/') ||
    /[/+](?:xml|yaml|x-yaml|x-www-form-urlencoded|javascript)$/.test(type)
  );
}

function decoded({ bodyBase64 }: HttpAnswer): string {
  return Buffer.from(bodyBase64, 'base64').toString('utf8');
}

function parseJson(answer: HttpAnswer): JsonValue {
  try {
    return parseOutsideJson(decoded(answer));
  } catch (error) {
    throw workflowError('communication', 'the answer says that it is JSON but it is not', {
      cause: error,
    });
  }
}
