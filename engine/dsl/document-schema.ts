import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { defaultFunctions } from '../functions.ts';
import { callDefinition, callDefinitions } from './call-schemas.ts';
import metadata from './metadata.schema.json' with { type: 'json' };
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
  return {
    ...root,
    title: 'A definition of Operandi',
    properties: { ...asObject(properties), document: withMetadata(head) },
    $defs: {
      ...definitions,
      ...callDefinitions,
      ...metadata.$defs,
      callTask: withOwnCalls(asObject(definitions['callTask'])),
    },
  };
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
