import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { textOf } from '../json-text.ts';
import type { TaskKind } from './document.ts';
import type { Remark } from './finding.ts';
import { readableErrors } from './schema-errors.ts';
import official from './workflow.schema.json' with { type: 'json' };

/** Validates everything but the tasks themselves. */
export function validateRoot(document: JsonObject): Remark[] {
  return check(validatorAt('#'), document, '');
}

/** Validates one task against the schema of its kind; tasks inside are left to their own turn. */
export function validateTask(task: JsonObject, kind: TaskKind, path: string): Remark[] {
  return check(validatorAt(definitionOf(task, kind)), task, path);
}

function check(validate: ValidateFunction, value: JsonValue, path: string): Remark[] {
  if (validate(value)) return [];
  return readableErrors(validate.errors ?? [], path);
}

/** Places of the built-in calls in the union of call tasks. */
const callBranches: readonly string[] = ['asyncapi', 'grpc', 'http', 'openapi', 'a2a', 'mcp'];

function definitionOf(task: JsonObject, kind: TaskKind): string {
  if (kind !== 'call') return `#/$defs/${kind}Task`;
  const branch = callBranches.indexOf(textOf(task['call']));
  return `#/$defs/callTask/oneOf/${String(branch < 0 ? callBranches.length : branch)}`;
}

/** RFC 6570; the pattern of ajv-formats knows no dots in names. */
const uriTemplate = /^(?:[^\s"<>^`{|}\\]|\{[+#./;?&=,!@|]?[\w%.,:*]+\})*$/;

let ajv: Ajv2020 | undefined;
const validators = new Map<string, ValidateFunction>();

/** Compiled on first use: a process that runs no definition does not pay for it. */
function validatorAt(reference: string): ValidateFunction {
  const known = validators.get(reference);
  if (known !== undefined) return known;
  ajv ??= createAjv();
  const validate = ajv.compile({ $ref: `operandi:workflow${reference === '#' ? '' : reference}` });
  validators.set(reference, validate);
  return validate;
}

function createAjv(): Ajv2020 {
  const made = new Ajv2020({
    strict: false,
    allowUnionTypes: true,
    allErrors: true,
    logger: false,
    // The schema is our own file: to check it and to polish its code takes longer than to check a document.
    meta: false,
    validateSchema: false,
    code: { optimize: false },
  });
  addFormats.default(made);
  made.addFormat('uri-template', uriTemplate);
  made.addSchema(asObject(closed(shallow(asObject(official)))), 'operandi:workflow');
  return made;
}

/** Tasks within tasks become any object. */
function shallow(schema: JsonObject): JsonObject {
  const definitions = asObject(schema['$defs']);
  const item = {
    type: 'object',
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: { type: 'object' },
  };
  return {
    ...schema,
    $id: 'operandi:workflow',
    $defs: { ...definitions, taskList: { type: 'array', items: item }, task: { type: 'object' } },
  };
}

/**
 * Adds the known names beside each `unevaluatedProperties: false`: `propertyNames` tells the stranger, while the
 * other one blames every property as soon as anything else is wrong.
 */
function closed(root: JsonObject): JsonValue {
  const definitions = asObject(root['$defs']);
  const close = (schema: JsonValue): JsonValue => {
    if (Array.isArray(schema)) return schema.map(close);
    if (!isJsonObject(schema)) return schema;
    const inner = Object.fromEntries(
      Object.entries(schema).map(([key, value]) => [key, close(value)]),
    );
    if (schema['unevaluatedProperties'] !== false) return inner;
    return { ...inner, propertyNames: { enum: [...new Set(propertyNames(schema, definitions))] } };
  };
  return close(root);
}

function propertyNames(schema: JsonValue | undefined, definitions: JsonObject): string[] {
  if (!isJsonObject(schema)) return [];
  const { properties, $ref } = schema;
  const referred = typeof $ref === 'string' ? definitions[$ref.replace('#/$defs/', '')] : undefined;
  const parts = ['allOf', 'oneOf', 'anyOf'].flatMap((key) => listOr(schema[key]));
  return [
    ...Object.keys(objectOr(properties)),
    ...[referred, ...parts].flatMap((part) => propertyNames(part, definitions)),
  ];
}

function objectOr(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOr(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? asList(value) : [];
}

function asList(value: JsonValue): readonly JsonValue[] {
  return value as readonly JsonValue[];
}

// The schema file is JSON whose top and definitions are objects.
function asObject(value: unknown): JsonObject {
  return value as JsonObject;
}
