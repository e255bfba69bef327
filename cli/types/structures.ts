import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { isJsonArray } from '../../engine/json-text.ts';
import { block, commentOf, enclosed, joined, type TypeOf } from './type-text.ts';

/** An object by its properties, and by what else it may have if the schema says so. */
export function objectType(schema: JsonObject, typeOf: TypeOf): string {
  const { properties = {}, required = [] } = schema;
  const needed = new Set(
    isJsonArray(required) ? required.filter((name) => typeof name === 'string') : [],
  );
  const named = isJsonObject(properties) ? Object.entries(properties) : [];
  const unnamed = [...needed].filter((each) => !named.some(([name]) => name === each));
  const members = [
    ...named.map(([name, below]) => ({ name, type: typeOf(below), comment: commentOf(below) })),
    ...unnamed.map((name) => ({ name, type: 'unknown', comment: '' })),
  ];
  const more = extraTypes(schema, typeOf);
  if (members.length === 0 && more === undefined)
    return closed(schema) ? 'Record<string, never>' : 'Record<string, unknown>';
  const lines = members.map(
    ({ name, type, comment }) => `${comment}${keyOf(name)}${needed.has(name) ? '' : '?'}: ${type};`,
  );
  if (more === undefined) return block(lines);
  // An index signature covers the named properties as well.
  const covered = joined(
    [...more, ...members.map(({ type }) => type), ...(members.length > 0 ? ['undefined'] : [])],
    ' | ',
  );
  return block([...lines, `[key: string]: ${covered};`]);
}

function closed(schema: JsonObject): boolean {
  return schema['additionalProperties'] === false || schema['unevaluatedProperties'] === false;
}

/** Types of properties that are not named; undefined where the schema says nothing of them, or that there are none. */
function extraTypes(schema: JsonObject, typeOf: TypeOf): string[] | undefined {
  const { patternProperties, additionalProperties: additional } = schema;
  const matched = isJsonObject(patternProperties)
    ? Object.values(patternProperties).map(typeOf)
    : [];
  const others = additional === undefined || additional === false ? [] : [typeOf(additional)];
  return matched.length + others.length === 0 ? undefined : [...matched, ...others];
}

/** A list, or a tuple where the first items have schemas of their own. */
export function listType(schema: JsonObject, typeOf: TypeOf): string {
  const { first, rest } = itemsOf(schema);
  const restType = typeOf(rest);
  if (first.length === 0) return restType === 'never' ? '[]' : `${enclosed(restType)}[]`;
  const least = typeof schema['minItems'] === 'number' ? schema['minItems'] : 0;
  const items = first.map((item, index) => `${enclosed(typeOf(item))}${index < least ? '' : '?'}`);
  return `[${[...items, ...(restType === 'never' ? [] : [`...${enclosed(restType)}[]`])].join(', ')}]`;
}

interface Items {
  readonly first: readonly JsonValue[];
  readonly rest: JsonValue;
}

/** `prefixItems` and `items`, or as earlier drafts say it `items` and `additionalItems`. */
function itemsOf({ prefixItems, items = true, additionalItems = true }: JsonObject): Items {
  if (isJsonArray(prefixItems))
    return { first: prefixItems, rest: isJsonArray(items) ? true : items };
  return isJsonArray(items) ? { first: items, rest: additionalItems } : { first: [], rest: items };
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
