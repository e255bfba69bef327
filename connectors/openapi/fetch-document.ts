import { parse as parseYaml } from 'yaml';

import { RefusedError } from '../../kernel/errors.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseOutsideJson,
} from '../../kernel/json.ts';
import type { CallContext } from '../connector.ts';
import type { Egress } from '../egress/egress.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import { describeFailure } from '../parts/response.ts';
import type { OpenApiConfig } from './config.ts';
import { documentFault } from '../parts/document-bounds.ts';

/** The document from its address, without the credential: that is for the API. */
export async function fetchDocument(
  egress: Egress,
  config: Pick<OpenApiConfig, 'documentUrl' | 'limits'>,
  context: CallContext,
): Promise<JsonObject> {
  const { documentUrl: url, limits } = config;
  if (url === undefined) throw refused('there is no documentUrl to fetch the document from');
  const request = { method: 'GET', url, maxRedirects: 3, ...timesOf(limits, context) };
  const response = await egress.request(connectionOf(limits, context), request, context.signal);
  if (response.status !== 200) throw describeFailure(response, context.integrationName, []);
  const document = parseDocument(response.body.toString('utf8'));
  if (!isJsonObject(document)) throw refused('what is found at documentUrl is no document');
  const fault = documentFault(document);
  if (fault !== undefined) throw refused(fault);
  return { document };
}

const maxText = 4_000_000;

function parseDocument(text: string): JsonValue | undefined {
  if (text.length > maxText)
    throw refused(`the document has more than ${String(maxText)} characters`);
  try {
    if (text.trimStart().startsWith('{')) return parseOutsideJson(text);
    const value: unknown = parseYaml(text, { maxAliasCount: 100, schema: 'core' });
    return parseOutsideJson(JSON.stringify(value));
  } catch {
    return undefined;
  }
}

function refused(message: string): RefusedError {
  return new RefusedError('BAD_USER_INPUT', [
    { code: 'BAD_USER_INPUT', field: 'config.documentUrl', message },
  ]);
}
