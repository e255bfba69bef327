import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** A member that an object may have. */
export interface Member {
  readonly name: string;
  readonly schema: JsonObject;
  readonly isRequired: boolean;
}

type Path = readonly (string | number)[];

/**
 * What a JSON Schema says of a place in a document: references followed, and of alternatives those that the document, as
 * far as it is written, can still be. Reads what editors need and judges nothing.
 */
export function createSchemaWalk(root: JsonObject) {
  const parts = createParts(root);

  /** Schemas of the value at a path. */
  function at(document: unknown, path: Path): readonly JsonObject[] {
    let schemas = parts(root, document);
    let value = document;
    for (const token of path) {
      value = memberOf(value, token);
      const inside = value;
      schemas = schemas
        .flatMap((schema) => below(schema, token))
        .flatMap((schema) => parts(schema, inside));
    }
    return schemas;
  }

  return {
    /** Members that the object at the path may have, each once. */
    members(document: unknown, path: Path): readonly Member[] {
      const schemas = at(document, path);
      const required = new Set(schemas.flatMap((schema) => listOf(schema['required'])));
      const found = new Map<string, Member>();
      for (const schema of schemas)
        for (const [name, member] of Object.entries(objectOf(schema['properties'])))
          if (isJsonObject(member) && (!found.has(name) || 'description' in member))
            found.set(name, { name, schema: member, isRequired: required.has(name) });
      return [...found.values()];
    },
    /** Values that the schema names for the place. */
    values(document: unknown, path: Path): readonly JsonValue[] {
      const named = at(document, path).flatMap((schema) => [
        ...listOf(schema['enum']),
        ...(schema['const'] === undefined ? [] : [schema['const']]),
        ...(schema['type'] === 'boolean' ? [true, false] : []),
      ]);
      return [...new Set(named)];
    },
    /** All that is said of the place, from what the place is for to what the value there is. */
    descriptions(document: unknown, path: Path): readonly string[] {
      const said = at(document, path).map(({ description }) => description);
      return said.filter((text) => typeof text === 'string');
    },
  };
}

/** Takes schemas apart: their references followed. */
function createParts(root: JsonObject) {
  /** The schema and all that it is made of, without alternatives that the value is none of. */
  function parts(
    schema: JsonValue | undefined,
    value: unknown,
    seen: Set<JsonObject>,
  ): JsonObject[] {
    if (!isJsonObject(schema) || seen.has(schema)) return [];
    seen.add(schema);
    const { $ref } = schema;
    return [
      schema,
      ...(typeof $ref === 'string' ? parts(resolved($ref), value, seen) : []),
      ...listOf(schema['allOf']).flatMap((each) => parts(each, value, seen)),
      ...['oneOf', 'anyOf'].flatMap((union) => alternatives(listOf(schema[union]), value, seen)),
    ];
  }

  function alternatives(
    branches: readonly JsonValue[],
    value: unknown,
    seen: ReadonlySet<JsonObject>,
  ): JsonObject[] {
    const each = branches.map((branch) => parts(branch, value, new Set(seen)));
    const fitting = each.filter((branch) => canBe(branch, value));
    return (fitting.length === 0 ? each : fitting).flat();
  }

  function resolved(ref: string): JsonValue | undefined {
    const tokens = ref.replace(/^#\/?/u, '').split('/').filter(Boolean);
    return tokens.reduce<JsonValue | undefined>(
      (at, token) => (isJsonObject(at) ? at[token] : undefined),
      root,
    );
  }

  return (schema: JsonValue | undefined, value: unknown) => parts(schema, value, new Set());
}

function below(schema: JsonObject, token: string | number): readonly JsonValue[] {
  if (typeof token === 'number') return [schema['items'] ?? []].flat();
  const named = objectOf(schema['properties'])[token];
  if (named !== undefined) return [named];
  const { additionalProperties } = schema;
  return additionalProperties === undefined ? [] : [additionalProperties];
}

/** An object is none of an alternative that does not know one of its members, or wants another constant there. */
function canBe(branch: readonly JsonObject[], value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'object')
    return !branch.some(({ type }) => type === 'object' || type === 'array');
  if (Array.isArray(value))
    return !branch.some(({ type }) => type === 'object' || type === 'string');
  const known = branch.flatMap((schema) => Object.entries(objectOf(schema['properties'])));
  if (branch.some(({ type }) => type === 'string')) return false;
  if (
    known.length === 0 ||
    branch.some(({ additionalProperties }) => additionalProperties === true)
  )
    return true;
  const isOpen = branch.some(({ additionalProperties }) => isJsonObject(additionalProperties));
  return Object.entries(value).every(([name, member]) => {
    const schemas = known.filter(([each]) => each === name).map(([, schema]) => schema);
    return schemas.length === 0 ? isOpen : schemas.every((schema) => mayHave(schema, member));
  });
}

function mayHave(schema: JsonValue, member: unknown): boolean {
  if (!isJsonObject(schema) || typeof member !== 'string') return true;
  const { const: wanted, not } = schema;
  if (wanted !== undefined && wanted !== member) return false;
  return matches(schema, member) ?? !(isJsonObject(not) && matches(not, member) === true);
}

function matches({ pattern }: JsonObject, text: string): boolean | undefined {
  return typeof pattern === 'string' ? new RegExp(pattern, 'u').test(text) : undefined;
}

function memberOf(value: unknown, token: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === String(token))?.[1];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
