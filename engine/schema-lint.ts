import { isJsonObject, type JsonValue } from '../kernel/json.ts';
import { pointerToken } from './dsl/finding.ts';
import { isFormat } from './formats/formats.ts';
import { isJsonArray } from './json-text.ts';
import { dialectOf, type Dialect } from './schema-dialects.ts';
import { schemaParts, type SchemaPart } from './schema-parts.ts';
import { linearRegExp } from './schema-patterns.ts';
import { samplesFor } from './schema-samples.ts';
import { compileSchema, SchemaError } from './schema.ts';

/** What is wrong with a schema itself, or doubtful. */
export interface SchemaRemark {
  readonly id:
    'schema/compile' | 'schema/unevaluated' | 'schema/unknown-keyword' | 'schema/unknown-format';
  /** JSON pointer into the schema. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** A schema that takes more for a value of a few parts is no schema to rely on. */
const trialSteps = 200_000;

/** Faults of a schema, found by compiling it and by checking values with it, and words in it that mean nothing. */
export function lintSchema(schema: JsonValue): readonly SchemaRemark[] {
  const faults = faultsOf(schema).map(({ path, message }) => ({
    ...({ id: 'schema/compile', path } as const),
    message: `not a JSON Schema that can be used: ${message}`,
    hint: 'Write JSON Schema 2020-12, 2019-09 or draft-07, with all parts under $defs.',
  }));
  const dialect = dialectOf(schema);
  if (dialect === undefined) return faults;
  const parts = schemaParts(schema);
  return [...faults, ...parts.flatMap((part) => doubtsOf(part, dialect)), ...unevaluated(parts)];
}

/** Where the validator is known not to see what was evaluated. */
function unevaluated(parts: readonly SchemaPart[]): readonly SchemaRemark[] {
  const has = (keyword: string) => parts.some(({ schema }) => Object.hasOwn(schema, keyword));
  const isBranched = has('anyOf') || has('oneOf') || has('if');
  const doubtful = [
    ...(has('contains') || isBranched ? ['unevaluatedItems'] : []),
    ...(has('if') ? ['unevaluatedProperties'] : []),
  ];
  return parts.flatMap(({ schema, path }) =>
    doubtful
      .filter((keyword) => Object.hasOwn(schema, keyword))
      .map((keyword): SchemaRemark => ({
        id: 'schema/unevaluated',
        path: `${path}/${keyword}`,
        message: `${keyword} does not know for sure what contains, if and alternatives have looked at`,
        hint: 'Say the same by additionalProperties, items or prefixItems.',
      })),
  );
}

interface Fault {
  readonly path: string;
  readonly message: string;
}

function faultsOf(schema: JsonValue): readonly Fault[] {
  try {
    const validate = compileSchema(schema);
    for (const sample of samplesFor(schema)) {
      const cost = validate(sample, trialSteps).find((fault) => fault.isCost);
      if (cost !== undefined) return [cost];
    }
    return schemaParts(schema).flatMap(unusable);
  } catch (error) {
    if (error instanceof SchemaError) return error.faults;
    const patterns = isJsonObject(schema) ? schemaParts(schema).flatMap(brokenPatterns) : [];
    return patterns.length > 0 ? patterns : [{ path: '', message: messageOf(error) }];
  }
}

/** A property of this name is refused in every input. */
function unusable({ schema, path }: SchemaPart): readonly Fault[] {
  const { properties, required } = schema;
  const name = '__proto__';
  const isNamed =
    (isJsonObject(properties) && Object.hasOwn(properties, name)) ||
    (isJsonArray(required ?? null) && JSON.stringify(required).includes(`"${name}"`));
  return isNamed ? [{ path, message: `no value may have a property ${name}` }] : [];
}

function brokenPatterns({ schema, path }: SchemaPart): readonly Fault[] {
  const { pattern, patternProperties } = schema;
  const patterns: (readonly [string, string])[] = isJsonObject(patternProperties)
    ? Object.keys(patternProperties).map((each) => [
        `${path}/patternProperties/${pointerToken(each)}`,
        each,
      ])
    : [];
  if (typeof pattern === 'string') patterns.push([`${path}/pattern`, pattern]);
  return patterns.flatMap(([at, text]) => {
    try {
      linearRegExp(text);
      return [];
    } catch (error) {
      return [{ path: at, message: messageOf(error) }];
    }
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function doubtsOf({ schema, path }: SchemaPart, dialect: Dialect): readonly SchemaRemark[] {
  const unknown = Object.keys(schema)
    // Names that begin like this are for whoever wants to note something.
    .filter((keyword) => !dialect.keywords.has(keyword) && !keyword.startsWith('x-'))
    .map((keyword) => unknownKeyword(keyword, `${path}/${pointerToken(keyword)}`, dialect));
  const { format } = schema;
  if (typeof format !== 'string' || isFormat(format)) return unknown;
  return [...unknown, unknownFormat(format, `${path}/format`)];
}

function unknownKeyword(keyword: string, path: string, dialect: Dialect): SchemaRemark {
  return {
    id: 'schema/unknown-keyword',
    path,
    message: `${JSON.stringify(keyword)} is no keyword of JSON Schema ${dialect.name}`,
    hint: 'It checks nothing. Correct it, or begin a note of your own with x-.',
  };
}

function unknownFormat(format: string, path: string): SchemaRemark {
  return {
    id: 'schema/unknown-format',
    path,
    message: `there is no format ${JSON.stringify(format)}`,
    hint: 'It checks nothing. Correct it, or describe the text by pattern.',
  };
}
