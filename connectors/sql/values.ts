import { isJsonNumber, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { BatchKey } from '../batching.ts';
import type { SqlConfig, SqlOperation, SqlParameter } from './config.ts';
import type { SqlValue } from './session.ts';

/** JSON Schema of the arguments of an operation. */
export function argumentSchema({ parameters }: SqlOperation): JsonObject {
  const taken = parameters.filter(({ source }) => source === 'argument');
  return {
    type: 'object',
    properties: Object.fromEntries(taken.map((each) => [each.name, schemaOf(each)])),
    required: taken.filter(({ isRequired }) => isRequired).map(({ name }) => name),
    additionalProperties: false,
  };
}

function schemaOf({ type, description }: SqlParameter): JsonObject {
  const said = description === undefined ? {} : { description };
  if (type === 'json') return said;
  return { type, ...said };
}

/** What values are put in with. */
export interface Binding {
  readonly dialect: SqlConfig['dialect'];
  readonly idempotencyKey: string | undefined;
  /** In place of the argument by which calls are gathered. */
  readonly keys: { readonly argument: string; readonly values: readonly BatchKey[] } | undefined;
}

/** The values of a statement in the order of its parameters. */
export function bind(
  { parameters }: SqlOperation,
  values: JsonObject,
  { dialect, idempotencyKey, keys }: Binding,
): readonly SqlValue[] {
  return parameters.map((parameter) => {
    if (parameter.source === 'idempotencyKey') return idempotencyKey ?? null;
    if (parameter.name === keys?.argument) return arrayOf(keys.values, dialect);
    return toSql(values[parameter.name] ?? null, parameter.type, dialect);
  });
}

function toSql(
  value: JsonValue,
  type: SqlParameter['type'],
  dialect: SqlConfig['dialect'],
): SqlValue {
  if (value === null) return null;
  if (type === 'json') return JSON.stringify(value);
  if (Array.isArray(value)) return arrayOf(value as readonly JsonValue[], dialect);
  return typeof value === 'boolean' ? value : textOf(value);
}

/** MariaDB has no arrays: it gets JSON, for JSON_TABLE. */
function arrayOf(items: readonly JsonValue[], dialect: SqlConfig['dialect']): SqlValue {
  return dialect === 'mariadb'
    ? JSON.stringify(items)
    : items.map((item) => (item === null ? null : textOf(item)));
}

/** Numbers go as their digits, so that none is rounded on the way. */
function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  return isJsonNumber(value) ? String(value) : JSON.stringify(value);
}
