import type { Ajv, Options } from 'ajv';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { ajv07, ajv2019, ajv2020 } from './packages.ts';

/** One draft of JSON Schema. */
export interface Dialect {
  readonly name: string;
  /** What its schema of schemas is called, and what that is made of. */
  readonly metaSchemas: readonly string[];
  readonly keywords: ReadonlySet<string>;
  /** Up to draft-07 a schema with `$ref` says nothing else. */
  readonly isReferenceAlone: boolean;
  create(options: Options): Ajv;
}

const annotations = 'title description default deprecated readOnly writeOnly examples $comment';
const values =
  'type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems ' +
  'uniqueItems maxProperties minProperties required format contentEncoding contentMediaType';
const applicators =
  'allOf anyOf oneOf not if then else items contains properties patternProperties additionalProperties propertyNames dependencies';
// `nullable` is of OpenAPI, but people write it and the validator knows it.
const common = `${annotations} ${values} ${applicators} $schema $id $ref $defs definitions nullable`;
const since2019 =
  '$anchor $vocabulary minContains maxContains dependentRequired dependentSchemas unevaluatedItems unevaluatedProperties contentSchema';

function words(...texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => text.split(' ')));
}

const base2020 = 'https://json-schema.org/draft/2020-12/';
const base2019 = 'https://json-schema.org/draft/2019-09/';
const vocabularies = ['core', 'applicator', 'validation', 'meta-data', 'content'];

const draft2020: Dialect = {
  name: '2020-12',
  metaSchemas: [
    `${base2020}schema`,
    ...[...vocabularies, 'unevaluated', 'format-annotation'].map(
      (name) => `${base2020}meta/${name}`,
    ),
  ],
  keywords: words(common, since2019, '$dynamicRef $dynamicAnchor prefixItems'),
  isReferenceAlone: false,
  create: (options) => new (ajv2020().Ajv2020)(options),
};

const draft2019: Dialect = {
  name: '2019-09',
  metaSchemas: [
    `${base2019}schema`,
    ...[...vocabularies, 'format'].map((name) => `${base2019}meta/${name}`),
  ],
  keywords: words(common, since2019, '$recursiveRef $recursiveAnchor additionalItems'),
  isReferenceAlone: false,
  create: (options) => new (ajv2019().Ajv2019)(options),
};

const draft07: Dialect = {
  name: 'draft-07',
  metaSchemas: ['http://json-schema.org/draft-07/schema'],
  keywords: words(common, 'additionalItems'),
  isReferenceAlone: true,
  create: (options) => new (ajv07().Ajv)(options),
};

/** By what `$schema` says; the drafts before 07 are read as it. */
const dialects: Readonly<Record<string, Dialect>> = {
  'json-schema.org/draft/2020-12/schema': draft2020,
  'json-schema.org/draft/2019-09/schema': draft2019,
  'json-schema.org/draft-07/schema': draft07,
  'json-schema.org/draft-06/schema': draft07,
  'json-schema.org/draft-04/schema': draft07,
};

/** The dialect that a schema says it is of, 2020-12 when it says nothing; undefined for one that nobody here knows. */
export function dialectOf(schema: JsonValue): Dialect | undefined {
  const name = isJsonObject(schema) ? schema['$schema'] : undefined;
  if (typeof name !== 'string') return draft2020;
  const key = name.replace(/^https?:\/\//, '').replace(/#$/, '');
  return Object.hasOwn(dialects, key) ? dialects[key] : undefined;
}

const metaValidators = new Map<Dialect, Ajv>();

/** A validator of schemas of a dialect; it holds its schemas of schemas. */
export function metaValidatorOf(dialect: Dialect): Ajv {
  const known = metaValidators.get(dialect);
  if (known !== undefined) return known;
  const validator = dialect.create({
    strict: false,
    allErrors: true,
    logger: false,
    ownProperties: true,
    validateFormats: false,
  });
  metaValidators.set(dialect, validator);
  return validator;
}

/** The schemas of schemas, which a schema may refer to. */
export function metaSchemasOf(dialect: Dialect): readonly JsonObject[] {
  const validator = metaValidatorOf(dialect);
  return dialect.metaSchemas.map((uri) => asJsonObject(validator.getSchema(uri)?.schema));
}

// They come from files of JSON.
function asJsonObject(schema: unknown): JsonObject {
  return schema as JsonObject;
}
