import { type Problem, RefusedError } from '../../kernel/errors.ts';
import { ExactNumber } from '../../kernel/exact-number.ts';
import { isJsonNumber, isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { HttpOperation } from './config.ts';
import { placeholdersOf } from '../parts/template.ts';

/** JSON Schema of what an operation takes, from its declaration or, without one, from its templates. */
export function argumentSchema(operation: HttpOperation): JsonObject {
  const declared = operation.arguments;
  if (declared === undefined) return inferredSchema(operation);
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(declared).map(([name, { type, description }]) => [
        name,
        { type, ...(description === undefined ? {} : { description }) },
      ]),
    ),
    required: Object.keys(declared).filter((name) => declared[name]?.isRequired === true),
    additionalProperties: false,
  };
}

/** Refuses arguments that do not fit, with every fault. */
export function checkArguments(operation: HttpOperation, values: JsonObject): void {
  const schema = argumentSchema(operation);
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const isClosed = schema['additionalProperties'] === false;
  const problems = [
    ...required
      .filter((name) => values[name] === undefined || values[name] === null)
      .map((name) => problem(name, 'is required')),
    ...Object.entries(values).flatMap(([name, value]) => {
      if (!Object.hasOwn(properties, name))
        return isClosed ? [problem(name, 'is not an argument of the operation')] : [];
      const type = operation.arguments?.[name]?.type;
      return value === null || fits(value, type)
        ? []
        : [problem(name, `must be of type ${type ?? 'any'}`)];
    }),
  ];
  if (problems.length > 0) throw new RefusedError('BAD_USER_INPUT', problems);
}

/** True when the body of a request is made of the arguments that nothing else uses. */
export function sendsLeftOver(operation: HttpOperation): boolean {
  return operation.body === undefined && ['POST', 'PUT', 'PATCH'].includes(operation.method);
}

/** Arguments that path, query and headers use. */
export function placedArguments(operation: HttpOperation): ReadonlySet<string> {
  return new Set(placeholdersOf([operation.path, operation.query ?? {}, operation.headers ?? {}]));
}

function inferredSchema(operation: HttpOperation): JsonObject {
  const inPath = placeholdersOf(operation.path);
  const key = operation.batch === undefined ? [] : [operation.batch.keyArgument];
  const names = new Set([...placedArguments(operation), ...placeholdersOf(operation.body), ...key]);
  return {
    type: 'object',
    properties: Object.fromEntries([...names].map((name) => [name, {}])),
    required: [...new Set([...inPath, ...key])],
    additionalProperties: sendsLeftOver(operation),
  };
}

function fits(value: JsonValue, type: string | undefined): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return value instanceof ExactNumber ? /^-?\d+$/.test(value.text) : Number.isInteger(value);
    case 'number':
      return isJsonNumber(value);
    case undefined:
      return true;
    default:
      return typeof value === type;
  }
}

function problem(name: string, message: string): Problem {
  const field = `arguments.${name.slice(0, 64)}`;
  return { code: 'BAD_USER_INPUT', field, message: `${field} ${message}` };
}
