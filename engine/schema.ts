import { Ajv2020, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import type { JsonValue } from '../kernel/json.ts';

/** One way in which a value does not fit its schema. */
export interface SchemaFault {
  /** JSON pointer into the value. */
  readonly path: string;
  readonly message: string;
}

/** Checks a value; an empty list means that it fits. */
export type Validator = (value: JsonValue) => SchemaFault[];

const compiled = new LRUCache<string, Validator>({ max: 500 });

/** Compiles a JSON Schema (2020-12), kept by its text. References to other documents are not loaded. Throws when it is no schema. */
export function compileSchema(schema: JsonValue): Validator {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const validator = createValidator(schema);
  compiled.set(key, validator);
  return validator;
}

function createValidator(schema: JsonValue): Validator {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    allowUnionTypes: true,
    validateFormats: true,
    logger: false,
    code: { regExp: linearRegExp },
  });
  addFormats.default(ajv);
  const validate = ajv.compile(withoutForeignDialect(schema));
  return (value) => (validate(value) ? [] : faultsOf(validate));
}

/** Patterns of authors meet texts of strangers: they run in linear time, and what cannot (look-around) does not compile. */
function linearRegExp(pattern: string): { test(text: string): boolean; toString(): string } {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  // ajv tells patterns apart by what toString gives.
  return { test: (text) => compiled.matcher(text).find(), toString: () => `/${pattern}/` };
}
linearRegExp.code = 'linearRegExp';

/** Older drafts are read as 2020-12: ajv has no validator for them, and the common keywords agree. */
function withoutForeignDialect(schema: JsonValue): AnySchema {
  if (typeof schema === 'boolean') return schema;
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) {
    throw new TypeError('a JSON Schema is an object or a boolean');
  }
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'),
  );
}

function faultsOf(validate: ValidateFunction): SchemaFault[] {
  return (validate.errors ?? [])
    .slice(0, 50)
    .map((error) => ({ path: pathOf(error), message: messageOf(error) }));
}

function pathOf(error: ErrorObject): string {
  const { missingProperty, additionalProperty, unevaluatedProperty } = namesOf(error);
  const name = missingProperty ?? additionalProperty ?? unevaluatedProperty;
  return name === undefined
    ? error.instancePath
    : `${error.instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function messageOf(error: ErrorObject): string {
  const names = namesOf(error);
  if (names.missingProperty !== undefined) return 'is required';
  if (names.additionalProperty !== undefined || names.unevaluatedProperty !== undefined)
    return 'is not expected here';
  const values =
    names.allowedValues === undefined ? '' : `: ${JSON.stringify(names.allowedValues)}`;
  return `${error.message ?? 'is not valid'}${values}`;
}

interface ErrorNames {
  readonly missingProperty?: string;
  readonly additionalProperty?: string;
  readonly unevaluatedProperty?: string;
  readonly allowedValues?: unknown;
}

// ajv types `params` as a record of any; these are the names its keywords put there.
function namesOf(error: ErrorObject): ErrorNames {
  return error.params as ErrorNames;
}
