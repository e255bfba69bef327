import { AppError } from '../../../kernel/errors.ts';
import {
  isJsonObject,
  parseJson as parseExactJson,
  type JsonObject,
  type JsonValue,
} from '../../../kernel/json.ts';
import type { OperationParams } from '../../admit/admission.ts';

/** Reads the JSON of a POST body; throws BAD_USER_INPUT. */
export function parseJson(text: string): JsonValue {
  try {
    return parseExactJson(text);
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', 'The body is not JSON', { cause });
  }
}

/** Checks the parameters as GraphQL over HTTP demands; throws BAD_USER_INPUT naming the one at fault. */
export function readParams(value: JsonValue): OperationParams {
  if (!isJsonObject(value)) throw new AppError('BAD_USER_INPUT', 'The body must be a JSON object');
  return {
    query: optionalString(value, 'query'),
    documentId: optionalString(value, 'documentId'),
    operationName: optionalString(value, 'operationName'),
    variables: optionalObject(value, 'variables'),
    extensions: optionalObject(value, 'extensions'),
  };
}

/** The parameters of a GET as a POST would have them: its objects are JSON text. */
export function parseQueryString(search: URLSearchParams): JsonObject {
  const object = (name: string): JsonValue => {
    const text = search.get(name);
    return text === null || text === '' ? null : parseJson(text);
  };
  return {
    query: search.get('query'),
    documentId: search.get('documentId'),
    operationName: search.get('operationName'),
    variables: object('variables'),
    extensions: object('extensions'),
  };
}

function optionalString(value: JsonObject, name: string): string | undefined {
  const member = value[name];
  if (member === undefined || member === null) return undefined;
  if (typeof member !== 'string') throw new AppError('BAD_USER_INPUT', `${name} must be a string`);
  return member;
}

function optionalObject(value: JsonObject, name: string): JsonObject | undefined {
  const member = value[name];
  if (member === undefined || member === null) return undefined;
  if (!isJsonObject(member)) throw new AppError('BAD_USER_INPUT', `${name} must be an object`);
  return member;
}
