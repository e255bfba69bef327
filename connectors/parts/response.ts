import { failedAnswer } from '../../kernel/failed-answer.ts';
import { isJsonObject, type JsonValue, parseOutsideJson } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import { failureOf } from '../egress/failure-of.ts';
import type { EgressResponse } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';

/** The decoded body: JSON parsed, text as text, nothing as null, everything else as base64. */
export function decodeBody(response: EgressResponse, name: string): JsonValue {
  if (response.body.length === 0) return null;
  const contentType =
    response.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (contentType === 'application/json' || contentType.endsWith('+json'))
    return parseJson(response, name);
  if (contentType.startsWith('text/') || contentType.endsWith('xml'))
    return response.body.toString('utf8');
  return { contentType, base64: response.body.toString('base64') };
}

/** The value at a JSON pointer, or undefined. */
export function valueAt(value: JsonValue, pointer: string): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    current = memberOf(current, name);
  }
  return current;
}

/** The error for a status that is none of 2xx, with the other side's own words where it gives some. */
export function describeFailure(
  response: EgressResponse,
  name: string,
  secrets: readonly string[],
): IntegrationError {
  const failure = failureOf(response, name);
  const hide = (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  const said = hide(explanationOf(response));
  const { status: statusCode, headers, body } = response;
  const shown = Object.entries(headers).map(([header, value]) => [header, hide(value)] as const);
  return new IntegrationError(
    said === '' ? failure.message : `${failure.message}: ${cutText(said, 300)}`,
    {
      status: failure.status,
      isRetryable: failure.isRetryable,
      attempts: failure.attempts,
      retryAfterMs: failure.retryAfterMs,
      answer: failedAnswer({
        statusCode,
        headers: Object.fromEntries(shown),
        body: secrets.length === 0 ? body : Buffer.from(hide(body.toString('utf8'))),
      }),
    },
  );
}

function parseJson(response: EgressResponse, name: string): JsonValue {
  try {
    return parseOutsideJson(response.body.toString('utf8'));
  } catch (error) {
    throw new IntegrationError(`${name} answered with JSON that does not parse`, {
      status: response.status,
      isRetryable: false,
      attempts: response.attempts,
      cause: error,
    });
  }
}

function explanationOf(response: EgressResponse): string {
  if (!(response.headers['content-type'] ?? '').includes('json')) return '';
  const body = tryParse(response.body.toString('utf8'));
  if (!isJsonObject(body)) return '';
  const texts = [body['detail'], body['title'], body['message'], body['error']];
  const text = texts.find((candidate) => typeof candidate === 'string') ?? '';
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

function tryParse(text: string): JsonValue | undefined {
  try {
    return parseOutsideJson(text);
  } catch {
    return undefined;
  }
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (isJsonObject(value)) return Object.hasOwn(value, name) ? value[name] : undefined;
  return isJsonArray(value) ? value[Number(name)] : undefined;
}

// `Array.isArray` alone does not know read-only arrays.
function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
