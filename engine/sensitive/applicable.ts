import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { pointerTokens } from '../dsl/finding.ts';
import { isJsonArray } from '../json-text.ts';
import { schemaParts } from '../schema-parts.ts';
import { isMarked } from './marks.ts';

/** All parts of a schema that may say something of one value, whichever of its branches counts. */
export interface Applicable {
  readonly parts: readonly JsonObject[];
  /** One of them marks the value, or refers to what cannot be found. */
  readonly isMarked: boolean;
}

/** Finds what may apply; schemas are not evaluated, so a mark in any branch counts. */
export interface SchemaView {
  at(schemas: readonly JsonValue[]): Applicable;
}

const branches = ['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else'];
const references = ['$ref', '$dynamicRef', '$recursiveRef'];

/** Over one schema with all that is in it. */
export function viewSchema(root: JsonValue): SchemaView {
  const known = new WeakMap<object, Applicable>();
  const all = schemaParts(root).map(({ schema }) => schema);
  // Within a part that has a name of its own, references mean something else.
  const isFlat = all.every((part) => part === root || part['$id'] === undefined);

  function targetsOf(reference: JsonValue): readonly JsonValue[] {
    if (typeof reference !== 'string' || !isFlat || !reference.startsWith('#')) return [];
    const fragment = reference.slice(1);
    if (fragment === '') return [root];
    if (!fragment.startsWith('/'))
      return all.filter(
        (part) => part['$anchor'] === fragment || part['$dynamicAnchor'] === fragment,
      );
    const target = atPointer(root, decoded(fragment));
    return target === undefined ? [] : [target];
  }

  function one(schema: JsonObject): Applicable {
    const found = known.get(schema) ?? spread(schema);
    known.set(schema, found);
    return found;
  }

  function spread(schema: JsonObject): Applicable {
    const parts = new Set<JsonObject>([schema]);
    let isHidden = false;
    // A set is walked to what is added meanwhile.
    for (const part of parts) {
      isHidden ||= isMarked(part);
      for (const keyword of references) {
        if (part[keyword] === undefined) continue;
        const targets = targetsOf(part[keyword]);
        isHidden ||= targets.length === 0;
        addObjects(parts, targets);
      }
      for (const keyword of branches) addObjects(parts, listed(part[keyword]));
      for (const keyword of ['dependentSchemas', 'dependencies'])
        addObjects(parts, valuesIn(part[keyword]));
    }
    return { parts: [...parts], isMarked: isHidden };
  }

  return {
    at(schemas) {
      const each = schemas.filter(isJsonObject).map(one);
      return {
        parts: [...new Set(each.flatMap(({ parts }) => parts))],
        isMarked: each.some((found) => found.isMarked),
      };
    },
  };
}

/** Schemas that may describe a member of an object; none: nobody has described it. */
export function schemasOfMember(parts: readonly JsonObject[], name: string): readonly JsonValue[] {
  return parts.flatMap((part) => {
    const own = isJsonObject(part['properties']) ? part['properties'] : {};
    const patterns = valuesIn(part['patternProperties']);
    if (Object.hasOwn(own, name)) return [...described(own[name]), ...patterns];
    return [...patterns, ...described(part['additionalProperties'], part['unevaluatedProperties'])];
  });
}

/** The same for an item of a list. */
export function schemasOfItem(parts: readonly JsonObject[], index: number): readonly JsonValue[] {
  return parts.flatMap((part) => {
    const { prefixItems, items, contains, additionalItems, unevaluatedItems } = part;
    const placed = [prefixItems, items].flatMap((list) =>
      isJsonArray(list) ? listed(list).slice(index, index + 1) : [],
    );
    const single = isJsonArray(items) ? [] : described(items);
    return [...placed, ...single, ...described(contains, additionalItems, unevaluatedItems)];
  });
}

/** `true` describes nothing: it stands for what may be there. */
function described(...schemas: readonly (JsonValue | undefined)[]): readonly JsonValue[] {
  return schemas.filter(isJsonObject);
}

function addObjects(parts: Set<JsonObject>, schemas: readonly JsonValue[]): void {
  for (const schema of schemas) if (isJsonObject(schema)) parts.add(schema);
}

function listed(schemas: JsonValue | undefined): readonly JsonValue[] {
  if (schemas === undefined) return [];
  return isJsonArray(schemas) ? schemas : [schemas];
}

function valuesIn(map: JsonValue | undefined): readonly JsonValue[] {
  return isJsonObject(map) ? Object.values(map) : [];
}

function atPointer(root: JsonValue, pointer: string): JsonValue | undefined {
  let at: JsonValue | undefined = root;
  for (const token of pointerTokens(pointer)) {
    if (isJsonArray(at)) at = listed(at)[Number(token)];
    else at = isJsonObject(at) && Object.hasOwn(at, token) ? at[token] : undefined;
  }
  return at;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
