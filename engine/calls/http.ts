import { failedAnswer } from '../../kernel/failed-answer.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { Compute } from '../compute.ts';
import type { EndpointModel } from '../dsl/document.ts';
import { effectOf, peerKeyOf, type Step } from '../execution.ts';
import type { HttpAnswer, HttpRequest } from '../host.ts';
import { asJson, isJsonArray, textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import type { Site } from '../site.ts';
import { serialise, type RequestBody } from './body.ts';
import { endpointUri } from './endpoint.ts';
import { resolveAuthentication } from './authentication.ts';
import { contentOf, headerOf } from './http-content.ts';

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

function headersOf(value: JsonValue): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => (item === null ? [] : [[name, textOf(item)]])),
  );
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
function withQuery(uri: string, query: JsonValue): string {
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

/** Asks the host for a request, which tells the peer whether it has seen it before unless the author says so himself. */
export async function sendHttp(request: HttpRequest, step: Step, signal: AbortSignal) {
  const { host } = step.execution;
  const key = peerKeyOf(step);
  const isKeyed = isSafe(request.method) || headerOf(request.headers, keyHeader) !== undefined;
  const headers = isKeyed ? request.headers : { ...request.headers, [keyHeader]: key };
  const call = { kind: 'http', with: { ...request, headers } } as const;
  return asHttpAnswer(await host.call(call, effectOf(step, step.key, signal)));
}

const keyHeader = 'idempotency-key';

/** RFC 9110 § 9.2.1. */
function isSafe(method: string): boolean {
  return ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method);
}

// The host's side of the contract in host.ts.
function asHttpAnswer(answer: JsonValue): HttpAnswer {
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

function requireSuccess(answer: HttpAnswer, redirect: boolean): void {
  const { statusCode, request } = answer;
  if (statusCode >= 200 && statusCode < (redirect ? 400 : 300)) return;
  const target = `${request.method} ${request.uri.split('?')[0] ?? ''}`;
  throw workflowError('communication', `${target} answered with status ${String(statusCode)}`, {
    status: statusCode,
    response: failedAnswer({
      statusCode,
      headers: lowerCased(answer.headers),
      body: Buffer.from(answer.bodyBase64, 'base64'),
    }),
  });
}

function lowerCased(headers: HttpAnswer['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function withoutCredentials(request: HttpAnswer['request']): JsonObject {
  const hidden = /^(?:authorization|proxy-authorization|cookie)$/i;
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    hidden.test(name) ? '***' : value,
  ]);
  return { method: request.method, uri: request.uri, headers: asJson(Object.fromEntries(headers)) };
}
