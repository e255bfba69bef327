import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import { LRUCache } from 'lru-cache';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { numberFormats, silentFormats, textFormats } from './formats/formats.ts';
import { priced } from './schema-cost.ts';
import { dialectOf, metaSchemasOf, metaValidatorOf, type Dialect } from './schema-dialects.ts';
import { withStaticReferences } from './schema-dynamic.ts';
import { addBoundedKeywords, CostError, type Meter } from './schema-keywords.ts';
import { checkExactly, withDoubles } from './schema-numbers.ts';
import { linearRegExp } from './schema-patterns.ts';
import { namesMetaSchema, referenceFaults } from './schema-references.ts';

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

/** A schema that is none, or refers to none; each fault with the JSON pointer to it in the schema. */
export class SchemaError extends TypeError {
  override readonly name = 'SchemaError';
  readonly faults: readonly SchemaFault[];

  constructor(faults: readonly SchemaFault[]) {
    super(`schema is invalid: ${faults.map(({ message }) => message).join(', ')}`);
    this.faults = faults;
  }
}

/** About half a second of computing at most. */
const checkSteps = 10_000_000;

const compiled = new LRUCache<string, Validator>({
  max: 500,
  maxSize: 16_000_000,
  sizeCalculation: (_, key) => Math.max(1, key.length),
});
const known = new WeakMap<object, Validator>();

/** Compiles a JSON Schema of the dialect that it names (2020-12), kept by its text. References to other documents are not loaded. Throws when it is no schema. */
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

function createValidator(schema: JsonValue): Validator {
  const meter: Meter = { left: Infinity };
  const dialect = dialectOf(schema);
  if (dialect === undefined)
    throw new SchemaError([
      { path: '/$schema', message: 'it is of no dialect that is known here' },
    ]);
  const validate = compile(prepared(schema, dialect), dialect, meter);
  return (value, steps = checkSteps) => {
    meter.left = steps;
    try {
      return checkExactly(meter, value, validate) ? [] : faultsOf(validate);
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

function compile(schema: JsonObject | boolean, dialect: Dialect, meter: Meter): ValidateFunction {
  const ajv = dialect.create({
    strict: false,
    allErrors: true,
    allowUnionTypes: true,
    validateFormats: true,
    logger: false,
    // What objects inherit is not in a value.
    ownProperties: true,
    // The schema is checked already, by a validator that is made once.
    meta: false,
    validateSchema: false,
    // A part that is referred to from many places would be copied to each.
    inlineRefs: false,
    // Its passes over the code take time quadratic in the size of the schema.
    code: { regExp: linearRegExp, optimize: false },
  });
  addFormats(ajv);
  addBoundedKeywords(ajv, meter);
  if (isJsonObject(schema) && namesMetaSchema(schema))
    for (const meta of metaSchemasOf(dialect)) ajv.addSchema(priced(meta, dialect));
  return ajv.compile(schema);
}

function addFormats(ajv: Ajv): void {
  for (const [name, validate] of Object.entries(textFormats)) ajv.addFormat(name, validate);
  for (const [name, validate] of Object.entries(numberFormats))
    ajv.addFormat(name, { type: 'number', validate });
  for (const name of silentFormats) ajv.addFormat(name, true);
}

/** What is compiled: priced, of a known dialect, with references that lead to schemas. */
function prepared(schema: JsonValue, dialect: Dialect): JsonObject | boolean {
  if (typeof schema === 'boolean') return schema;
  if (!isJsonObject(schema)) throw new TypeError('a JSON Schema is an object or a boolean');
  const { $schema: _, ...bare } = schema;
  // Its size is looked at before anything else is done with it.
  priced(bare, dialect);
  requireSchema(bare, dialect);
  const result = priced(withStaticReferences(bare), dialect);
  const faults = referenceFaults(result, dialect.metaSchemas);
  if (faults.length > 0) throw new SchemaError(faults);
  return result;
}

function requireSchema(schema: JsonObject, dialect: Dialect): void {
  const validator = metaValidatorOf(dialect);
  const [name = ''] = dialect.metaSchemas;
  if (validator.validate(name, withDoubles(schema))) return;
  throw new SchemaError(faultsOfSchema(validator.errors ?? []));
}

/** The first fault of each place: one that fits none of several forms has a fault for each of them. */
function faultsOfSchema(errors: readonly ErrorObject[]): readonly SchemaFault[] {
  const places = new Map<string, SchemaFault>();
  for (const error of errors) {
    const path = error.instancePath;
    const message = `${path === '' ? 'it' : path} ${messageOf(error)}`;
    if (!places.has(path)) places.set(path, { path, message });
  }
  return [...places.values()].slice(0, 20);
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
