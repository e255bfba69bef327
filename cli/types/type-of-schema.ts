import { isJsonNumber, isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { isJsonArray } from '../../engine/json-text.ts';
import { listType, objectType } from './structures.ts';
import { indexSchema, type Located } from './schema-index.ts';
import { commentOf, joined, pascal, type TypeOf } from './type-text.ts';

/** Declarations of TypeScript, the type of the schema itself first. */
export interface Declarations {
  readonly names: readonly string[];
  readonly text: string;
}

/**
 * The TypeScript type of a JSON Schema (2020-12 and earlier). It is never narrower than what the schema accepts, but for
 * two things that authors mean: a schema with `properties` is an object, and an object has the properties that it names
 * unless `additionalProperties` says more. What TypeScript cannot say (`not`, `if`, lengths, formats) is left out.
 */
export function typeOfSchema(schema: JsonValue, name: string): Declarations {
  const index = indexSchema(schema);
  const declared = new Map<string, string>();
  const nameOf = new Map<JsonValue, string>();
  const names = new Set<string>();

  function declare(located: Located, wanted: string, direct: ReadonlySet<string>): string {
    const known = nameOf.get(located.schema);
    if (known !== undefined) return direct.has(known) ? 'unknown' : known;
    const own = unusedName(wanted, names);
    names.add(own);
    nameOf.set(located.schema, own);
    // Its place among the others is where it was first met, though what it refers to is written before it is.
    declared.set(own, '');
    const type = typeAt(located, new Set([...direct, own]));
    declared.set(own, `${commentOf(located.schema)}export type ${own} = ${type};`);
    return own;
  }

  function referred(reference: string, base: string, direct: ReadonlySet<string>): string {
    const found = index.find(reference, base);
    if (found === undefined) return 'unknown';
    const [last = ''] = reference.split(/[/#]/).slice(-1);
    return declare(found, last === '' ? name : `${name}${pascal(last)}`, direct);
  }

  /** `direct`: types that this one is a part of, as no type may be a part of itself; a member of itself it may be. */
  function typeAt({ schema: at, base: from }: Located, direct: ReadonlySet<string>): string {
    if (at === false) return 'never';
    if (!isJsonObject(at)) return 'unknown';
    const base = typeof at['$id'] === 'string' ? (index.find(at['$id'], from)?.base ?? from) : from;
    const references = [at['$ref'], at['$dynamicRef'], at['$recursiveRef']]
      .filter((each) => typeof each === 'string')
      .map((each) => referred(each, base, direct));
    const own = ownTypes(at, {
      part: (below) => typeAt({ schema: below, base }, direct),
      member: (below) => typeAt({ schema: below, base }, noTypes),
    });
    const all = [...references, ...own].filter((type) => type !== 'unknown');
    const type = joined(all, ' & ') || 'unknown';
    return at['nullable'] === true ? joined([type, 'null'], ' | ') : type;
  }

  declare(index.root, name, noTypes);
  return { names: [...declared.keys()], text: [...declared.values()].join('\n\n') };
}

const noTypes: ReadonlySet<string> = new Set();

/** How the schemas in a schema are written: those that make it up, and those of its members. */
interface Below {
  readonly part: TypeOf;
  readonly member: TypeOf;
}

/** What a schema says by itself; each has to hold. */
function ownTypes(schema: JsonObject, { part, member }: Below): string[] {
  const { const: constant, enum: values, allOf, anyOf, oneOf } = schema;
  if (constant !== undefined) return [literal(constant)];
  return [
    isJsonArray(values) ? joined(values.map(literal), ' | ') : plainType(schema, member),
    ...(isJsonArray(allOf) ? allOf.map(part) : []),
    ...[anyOf, oneOf].filter(isJsonArray).map((parts) => joined(parts.map(part), ' | ')),
  ];
}

/** By `type`, or by the keywords that make sense for one type alone. */
function plainType(schema: JsonObject, typeOf: TypeOf): string {
  const { type } = schema;
  const types = isJsonArray(type) ? type : [type ?? impliedType(schema)];
  return (
    joined(
      types.map((each) => typeNamed(each, schema, typeOf)),
      ' | ',
    ) || 'unknown'
  );
}

function typeNamed(type: JsonValue | undefined, schema: JsonObject, typeOf: TypeOf): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
    case 'number':
      return type;
    case 'integer':
      return 'number';
    case 'object':
      return objectType(schema, typeOf);
    case 'array':
      return listType(schema, typeOf);
    default:
      return 'unknown';
  }
}

const keywordsOf = {
  object: ['properties', 'required', 'additionalProperties', 'patternProperties'],
  array: ['items', 'prefixItems'],
  string: ['pattern', 'minLength', 'maxLength', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
} as const;

function impliedType(schema: JsonObject): string | undefined {
  const implied = Object.entries(keywordsOf).filter(([, keywords]) =>
    keywords.some((keyword) => keyword in schema),
  );
  return implied.length === 1 ? implied[0]?.[0] : undefined;
}

/** The type of one value. */
function literal(value: JsonValue): string {
  if (isJsonNumber(value)) return typeof value === 'number' ? String(value) : 'number';
  if (isJsonArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key)}: ${literal(each)}`,
  );
  return `{ ${members.join('; ')} }`;
}

function unusedName(wanted: string, used: ReadonlySet<string>): string {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? wanted : `${wanted}${String(count)}`;
    if (!used.has(name)) return name;
  }
}
