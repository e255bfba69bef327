import { type JsonObject, type JsonValue, parseOutsideJson } from '../../kernel/json.ts';
import type { EgressResponse } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';

/** What is kept, and as what. */
export function toBytes({ text, json, base64, contentType }: JsonObject): {
  readonly body: Uint8Array;
  readonly contentType: string;
} {
  const typed = (usual: string): string => (typeof contentType === 'string' ? contentType : usual);
  if (typeof text === 'string')
    return { body: Buffer.from(text), contentType: typed('text/plain; charset=utf-8') };
  if (typeof base64 === 'string')
    return { body: Buffer.from(base64, 'base64'), contentType: typed('application/octet-stream') };
  const written = JSON.stringify(json ?? null);
  return { body: Buffer.from(written), contentType: typed('application/json') };
}

/** What the headers tell of an object. */
export function described(key: string, { headers }: EgressResponse): JsonObject {
  const size = headers['content-length'];
  const known = [
    ['etag', headers['etag']],
    ['lastModified', asTime(headers['last-modified'])],
    ['contentType', headers['content-type']],
  ] as const;
  return {
    key,
    ...(size === undefined ? {} : { size: Number(size) }),
    ...Object.fromEntries(
      known.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  };
}

/** The times of HTTP as those of JSON. */
function asTime(text: string | undefined): string | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** The content in the form that is asked for, or by its type: JSON, text, or bytes in base64. */
export function contentOf(
  { body, headers }: EgressResponse,
  { as, name }: { readonly as: string; readonly name: string },
): JsonObject {
  const form = as === '' ? formOf(headers['content-type'] ?? '') : as;
  if (form === 'base64') return { base64: body.toString('base64') };
  const text = body.toString('utf8');
  return form === 'json' ? { json: parsed(text, name) } : { text };
}

function formOf(contentType: string): 'json' | 'text' | 'base64' {
  const [type = ''] = contentType.toLowerCase().split(';');
  if (type.trim() === 'application/json' || type.trim().endsWith('+json')) return 'json';
  return type.startsWith('text/') || type.trim().endsWith('xml') ? 'text' : 'base64';
}

function parsed(text: string, name: string): JsonValue {
  try {
    return parseOutsideJson(text);
  } catch (error) {
    throw new IntegrationError(`${name} keeps an object of JSON that does not parse`, {
      isRetryable: false,
      cause: error,
    });
  }
}
