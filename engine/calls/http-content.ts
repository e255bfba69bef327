import { type JsonValue, parseOutsideJson } from '../../kernel/json.ts';
import type { HttpAnswer } from '../host.ts';
import { workflowError } from '../problem.ts';

/** The value of a header, whatever the case of its name. */
export function headerOf(
  headers: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** What an answer says by its content type: JSON as a value, texts as texts, nothing as null, all else as base64. */
export function contentOf(answer: HttpAnswer): JsonValue {
  if (answer.bodyBase64 === '') return null;
  const type = contentType(answer);
  if (isJson(type)) return parseJson(answer);
  return isText(type) ? decoded(answer) : answer.bodyBase64;
}

/** Media type of an answer in lower case, without parameters. */
function contentType({ headers }: Pick<HttpAnswer, 'headers'>): string {
  const header = headerOf(headers, 'content-type') ?? '';
  return header.split(';')[0]?.trim().toLowerCase() ?? '';
}

function isJson(type: string): boolean {
  return /[/+]json$/.test(type);
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
