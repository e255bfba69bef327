import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { isJsonArray, textOf } from '../json-text.ts';
import { hiddenText } from '../redact.ts';
import { schemasOfItem, schemasOfMember, viewSchema, type SchemaView } from './applicable.ts';

/**
 * What of a value is for everybody: what its schema describes and does not mark. A marked part is `***`, and so is one
 * that nobody has described; members of objects that nobody has described are left out, as their names may tell.
 */
export function shownParts(value: JsonValue, schema: JsonValue): JsonValue {
  return shown(value, [schema], viewSchema(schema));
}

/** The texts and numbers at the marked places of a value. */
export function sensitiveTexts(value: JsonValue, schema: JsonValue): readonly string[] {
  const texts = new Set<string>();
  collect(value, [schema], { view: viewSchema(schema), texts });
  return [...texts];
}

/** Every text and number in a value. */
export function textsIn(value: JsonValue): readonly string[] {
  const texts = new Set<string>();
  addAll(value, texts);
  return [...texts];
}

function shown(value: JsonValue, schemas: readonly JsonValue[], view: SchemaView): JsonValue {
  const { parts, isMarked } = view.at(schemas);
  if (isMarked || !schemas.some(isJsonObject)) return hiddenText;
  if (isJsonArray(value))
    return value.map((item, index) => shown(item, schemasOfItem(parts, index), view));
  return isJsonObject(value) ? shownMembers(value, parts, view) : value;
}

function shownMembers(
  value: JsonObject,
  parts: readonly JsonObject[],
  view: SchemaView,
): JsonValue {
  const entries = Object.entries(value);
  const known = entries.flatMap(([name, member]): (readonly [string, JsonValue])[] => {
    const schemas = schemasOfMember(parts, name);
    return schemas.length === 0 ? [] : [[name, shown(member, schemas, view)]];
  });
  return known.length === 0 && entries.length > 0 ? hiddenText : Object.fromEntries(known);
}

interface Collection {
  readonly view: SchemaView;
  readonly texts: Set<string>;
}

function collect(value: JsonValue, schemas: readonly JsonValue[], into: Collection): void {
  const { parts, isMarked } = into.view.at(schemas);
  if (isMarked) addAll(value, into.texts);
  else if (isJsonArray(value))
    for (const [index, item] of value.entries()) collect(item, schemasOfItem(parts, index), into);
  else if (isJsonObject(value))
    for (const [name, member] of Object.entries(value))
      collect(member, schemasOfMember(parts, name), into);
}

function addAll(value: JsonValue, texts: Set<string>): void {
  if (isJsonArray(value)) for (const item of value) addAll(item, texts);
  else if (isJsonObject(value)) for (const item of Object.values(value)) addAll(item, texts);
  else if (value !== null && typeof value !== 'boolean') texts.add(textOf(value));
}
