import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { ajv as loadAjv, ajvFormats } from './packages.ts';
import { priced } from './schema-cost.ts';
import { addBoundedKeywords, CostError, type Meter } from './schema-keywords.ts';
import { samplesFor } from './schema-samples.ts';

/** One way in which a value does not fit its schema. */
export interface SchemaFault {
  /** JSON pointer into the value. */
  readonly path: string;
  readonly message: string;
  /** The value was not checked to its end: that takes more steps than allowed. */
  readonly isCost?: boolean;
}

/** Checks a value within a number of steps; an empty list means that it fits. The same value always ends the same way. */
export type Validator = (value: JsonValue, steps?: number) => SchemaFault[];

/** About half a second of computing at most. */
const checkSteps = 10_000_000;

/** A schema that takes more for a value of a few parts is no schema to rely on. */
const trialSteps = 200_000;

const compiled = new LRUCache<string, Validator>({
  max: 500,
  maxSize: 16_000_000,
  sizeCalculation: (_, key) => Math.max(1, key.length),
});
const known = new WeakMap<object, Validator>();

/** Compiles a JSON Schema (2020-12), kept by its text. References to other documents are not loaded. Throws when it is no schema. */
export function compileSchema(schema: JsonValue): Validator {
  const validator = (isJsonObject(schema) && known.get(schema)) || byText(schema);
  if (isJsonObject(schema)) known.set(schema, validator);
  return validator;
}

function byText(schema: JsonValue): Validator {
  const key = JSON.stringify(schema);
  const kept = compiled.get(key);
  if (kept !== undefined) return kept;
  const validator = createValidator(schema);
  compiled.set(key, validator);
  return validator;
}

/** What is wrong with a schema itself, found by compiling it and by checking values with it; undefined when nothing is. */
export function trySchema(schema: JsonValue): string | undefined {
  try {
    const validate = compileSchema(schema);
    for (const sample of samplesFor(schema)) {
      const cost = validate(sample, trialSteps).find((fault) => fault.isCost);
      if (cost !== undefined) return cost.message;
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function createValidator(schema: JsonValue): Validator {
  const meter: Meter = { left: Infinity };
  const validate = compile(withoutForeignDialect(schema), meter);
  return (value, steps = checkSteps) => {
    meter.left = steps;
    try {
      return validate(value) ? [] : faultsOf(validate);
    } catch (error) {
      if (error instanceof CostError)
        return [costFault(`needs more than ${String(steps)} steps to be checked`)];
      if (error instanceof RangeError)
        return [costFault('cannot be checked: the schema refers to itself without end')];
      throw error;
    } finally {
      validate.errors = null;
    }
  };
}

function costFault(message: string): SchemaFault {
  return { path: '', message, isCost: true };
}

function compile(schema: JsonObject | boolean, meter: Meter): ValidateFunction {
  const ajv = new (loadAjv().Ajv2020)({
    strict: false,
    allErrors: true,
    allowUnionTypes: true,
    validateFormats: true,
    logger: false,
    // The schema is checked already, by a validator that is made once.
    meta: false,
    validateSchema: false,
    // A part that is referred to from many places would be copied to each.
    inlineRefs: false,
    // Its passes over the code take time quadratic in the size of the schema.
    code: { regExp: linearRegExp, optimize: false },
  });
  ajvFormats().default(ajv);
  addBoundedKeywords(ajv, meter);
  return ajv.compile(schema);
}

/** Patterns of authors meet texts of strangers: they run in linear time, and what cannot (look-around) does not compile. */
function linearRegExp(pattern: string): { test(text: string): boolean; toString(): string } {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  // ajv tells patterns apart by what toString gives.
  return { test: (text) => compiled.matcher(text).find(), toString: () => `/${pattern}/` };
}
linearRegExp.code = 'linearRegExp';

/** Older drafts are read as 2020-12: ajv has no validator for them, and the common keywords agree. */
function withoutForeignDialect(schema: JsonValue): JsonObject | boolean {
  if (typeof schema === 'boolean') return schema;
  if (!isJsonObject(schema)) throw new TypeError('a JSON Schema is an object or a boolean');
  const bare = Object.fromEntries(
    Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'),
  );
  const result = priced(bare);
  requireSchema(bare);
  return result;
}

let metaValidator: Ajv2020 | undefined;

function requireSchema(schema: JsonObject): void {
  metaValidator ??= new (loadAjv().Ajv2020)({ strict: false, logger: false });
  if (metaValidator.validateSchema(schema) === true) return;
  throw new TypeError(`schema is invalid: ${metaValidator.errorsText(metaValidator.errors)}`);
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
