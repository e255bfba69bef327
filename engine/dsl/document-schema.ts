import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { defaultFunctions } from '../functions.ts';
import { callDefinition, callDefinitions } from './call-schemas.ts';
import metadata from './metadata.schema.json' with { type: 'json' };
import { words } from './words.ts';
import official from './workflow.schema.json' with { type: 'json' };

/**
 * One JSON Schema of all that a definition may say here, for editors: the official one, what this platform's own calls
 * take, and the rules and responses of the metadata. A function of the definition that has the name of an own call is
 * held to that call's arguments by it, though it may take others.
 */
export function documentSchema(): JsonObject {
  const { $comment: _, $id: __, $defs, properties, ...root } = asObject(official);
  const definitions = asObject($defs);
  const head = asObject(asObject(properties)['document']);
  const own = { callTask: withOwnCalls(asObject(definitions['callTask'])) };
  return {
    ...root,
    title: 'A definition of Operandi',
    properties: asObject(
      explained({ ...asObject(properties), document: withMetadata(head) }, { isList: true }),
    ),
    $defs: {
      ...mapped({ ...definitions, ...own }, (schema, name) => explained(schema, { at: name })),
      ...callDefinitions,
      ...metadata.$defs,
    },
  };
}

interface Place {
  /** The definition and the properties that lead there, by dots. @default the document */
  readonly at?: string;
  /** True for an object of schemas by property. */
  readonly isList?: boolean;
}

/** A schema with the meaning of each property that has none. */
function explained(schema: JsonValue, { at = '', isList = false }: Place): JsonValue {
  if (Array.isArray(schema))
    return (schema as readonly JsonValue[]).map((each) => explained(each, { at }));
  if (!isJsonObject(schema)) return schema;
  if (!isList)
    return mapped(schema, (part, key) => explained(part, { at, isList: key === 'properties' }));
  return mapped(schema, (property, name) => {
    const place = at === '' ? name : `${at}.${name}`;
    const description = words[place] ?? words[name];
    const told = explained(property, { at: place });
    return isJsonObject(told) && description !== undefined ? { description, ...told } : told;
  });
}

function mapped(
  object: JsonObject,
  change: (value: JsonValue, name: string) => JsonValue,
): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, change(value, name)]),
  );
}

function withMetadata(head: JsonObject): JsonObject {
  const known = { $ref: '#/$defs/documentMetadata' };
  return { ...head, properties: { ...asObject(head['properties']), metadata: known } };
}

/** The last branch of the union takes any other name with any arguments: the own calls come before it. */
function withOwnCalls(union: JsonObject): JsonObject {
  const branches = asList(union['oneOf']);
  const others = asObject(branches.at(-1));
  const names = [...defaultFunctions];
  const isOwn = { pattern: `^(?:${names.join('|')})(?::[^:@/]+@default)?$` };
  return {
    ...union,
    oneOf: [
      ...branches.slice(0, -1),
      ...names.map(ownBranch),
      { ...others, allOf: [...asList(others['allOf']), { properties: { call: { not: isOwn } } }] },
    ],
  };
}

function ownBranch(name: string): JsonObject {
  const call = { type: 'string', pattern: `^${name}(?::[^:@/]+@default)?$` };
  return {
    title: `call: ${name}`,
    type: 'object',
    required: ['call', 'with'],
    unevaluatedProperties: false,
    allOf: [
      { $ref: '#/$defs/taskBase' },
      { properties: { call, with: { $ref: `#/$defs/${callDefinition(name)}` } } },
    ],
  };
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

// The schema files are objects where this page looks.
function asObject(value: unknown): JsonObject {
  return isJsonObject(value as JsonValue) ? (value as JsonObject) : {};
}
