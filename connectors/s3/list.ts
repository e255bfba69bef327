import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { CallResult } from '../connector.ts';
import { IntegrationError } from '../errors.ts';
import { textOf } from '../parts/text-of.ts';
import { failure, type S3Line, send } from './request.ts';
import { childrenOf, type Element, readXml, textIn } from './xml.ts';

const pageSize = 1_000;
const defaultMaxItems = 1_000;

interface Page {
  readonly objects: readonly JsonObject[];
  readonly prefixes: readonly string[];
  /** Where the next page begins. */
  readonly next: string;
}

/** Objects of a bucket, page after page, until there is none or enough has come. */
export async function list(line: S3Line, values: JsonObject): Promise<CallResult> {
  const wanted = Number(textOf(values['maxItems'] ?? defaultMaxItems));
  const objects: JsonValue[] = [];
  const prefixes: string[] = [];
  const taken = { attempts: 0, durationMs: 0, bytes: 0 };
  const { maxResponseBytes } = line.config.limits;
  let next = '';
  do {
    const left = Math.min(pageSize, wanted - objects.length - prefixes.length);
    const response = await send(line, {
      method: 'GET',
      query: queryOf(line, values, { left, next }),
    });
    if (response.status === 404) throw failure(line, response);
    taken.attempts += response.attempts;
    taken.durationMs += response.durationMs;
    taken.bytes += response.body.length;
    if (taken.bytes > maxResponseBytes) throw tooMuch(line, maxResponseBytes);
    const page = pageOf(line, response.body.toString('utf8'));
    objects.push(...page.objects);
    prefixes.push(...page.prefixes);
    // A page that leads back to itself would never end.
    next = page.next === next ? '' : page.next;
  } while (next !== '' && objects.length + prefixes.length < wanted);
  const { attempts, durationMs } = taken;
  const value = { objects, prefixes, isComplete: next === '' };
  return { value, status: 200, attempts, durationMs, batch: undefined };
}

function queryOf(
  { config }: S3Line,
  { prefix, delimiter, startAfter }: JsonObject,
  { left, next }: { readonly left: number; readonly next: string },
): Readonly<Record<string, string>> {
  const query = {
    'list-type': '2',
    'encoding-type': 'url',
    'max-keys': String(left),
    prefix: `${config.prefix}${textOf(prefix)}`,
    delimiter: textOf(delimiter),
    'start-after': startAfter === undefined ? '' : `${config.prefix}${textOf(startAfter)}`,
    'continuation-token': next,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
}

function pageOf(line: S3Line, text: string): Page {
  try {
    const root = readXml(text);
    const decode = textIn(root, 'EncodingType') === 'url' ? decodeKey : (key: string) => key;
    const plain = (key: string): string => withoutPrefix(line, decode(key));
    return {
      objects: childrenOf(root, 'Contents').map((each) => asObject(each, plain)),
      prefixes: childrenOf(root, 'CommonPrefixes').map((each) => plain(textIn(each, 'Prefix'))),
      next: textIn(root, 'IsTruncated') === 'true' ? textIn(root, 'NextContinuationToken') : '',
    };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof URIError)) throw error;
    throw new IntegrationError(`${line.context.integrationName} answered with no list of objects`, {
      isRetryable: false,
      cause: error,
    });
  }
}

function asObject(element: Element, plain: (key: string) => string): JsonObject {
  return {
    key: plain(textIn(element, 'Key')),
    size: Number(textIn(element, 'Size')),
    etag: textIn(element, 'ETag'),
    lastModified: textIn(element, 'LastModified'),
  };
}

function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}

function withoutPrefix({ config }: S3Line, key: string): string {
  return key.startsWith(config.prefix) ? key.slice(config.prefix.length) : key;
}

function tooMuch({ context }: S3Line, maxBytes: number): IntegrationError {
  return new IntegrationError(
    `${context.integrationName} answered with more than ${String(maxBytes)} bytes`,
    { isRetryable: false },
  );
}
