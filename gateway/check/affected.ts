import { getNamedType, type GraphQLSchema, isInputObjectType } from 'graphql';

/** Whether somebody who uses a coordinate feels a change; undefined: usage does not tell. */
export type IsAffected = ((coordinate: string) => boolean) | undefined;

/** A change as @graphql-inspector/core tells of it. */
export interface ToldChange {
  readonly type: string;
  /** Coordinate. */
  readonly path?: string | undefined;
  /** Facts by names that depend on the type. */
  readonly meta: Readonly<Record<string, unknown>>;
}

interface Place {
  readonly path: string;
  readonly typeName: string;
  readonly member: string;
  readonly argument: string;
  readonly meta: ToldChange['meta'];
  readonly schema: GraphQLSchema;
}

/** Directives of documents and names of root types are not here: their use is not counted. */
const rules: Readonly<Record<string, (place: Place) => IsAffected>> = {
  FIELD_REMOVED: ({ path }) => is(path),
  FIELD_TYPE_CHANGED: ({ path }) => is(path),
  FIELD_ARGUMENT_REMOVED: argumentOf,
  FIELD_ARGUMENT_ADDED: fieldOf,
  // Who leaves out what is required now is hit, too.
  FIELD_ARGUMENT_TYPE_CHANGED: (place) =>
    becameRequired(place.meta, 'ArgumentType') ? fieldOf(place) : argumentOf(place),
  INPUT_FIELD_REMOVED: partOf,
  INPUT_FIELD_ADDED: below,
  INPUT_FIELD_TYPE_CHANGED: (place) =>
    becameRequired(place.meta, 'InputFieldType') ? below(place) : partOf(place),
  ENUM_VALUE_REMOVED: partOf,
  TYPE_REMOVED: below,
  TYPE_KIND_CHANGED: below,
  UNION_MEMBER_REMOVED: ({ meta }) => is(String(meta['removedUnionMemberTypeName'])),
  OBJECT_TYPE_INTERFACE_REMOVED: ({ typeName, meta }) =>
    oneOf([typeName, String(meta['removedInterfaceName'])]),
};

/** Who is hit by a change of this schema. */
export function affectedBy(
  { type, path = '', meta }: ToldChange,
  schema: GraphQLSchema,
): IsAffected {
  const [typeName = '', member = '', argument = ''] = path.split('.');
  return rules[type]?.({ path, typeName, member, argument, meta, schema });
}

function fieldOf({ typeName, member }: Place): IsAffected {
  return is(`${typeName}.${member}`);
}

function argumentOf({ typeName, member, argument }: Place): IsAffected {
  return is(`${typeName}.${member}(${argument}:)`);
}

/** A document that writes this part of an input or enum, or a variable that may bring it. */
function partOf({ path, typeName, schema }: Place): IsAffected {
  return oneOf([path, ...typesWith(typeName, schema)]);
}

function is(wanted: string): IsAffected {
  return oneOf([wanted]);
}

function oneOf(wanted: readonly string[]): IsAffected {
  const all = new Set(wanted);
  return (coordinate) => all.has(coordinate);
}

/** Any use of a type, of a part of it, or of an input that may hold it. */
function below({ typeName, schema }: Place): IsAffected {
  const types = new Set(typesWith(typeName, schema));
  return (coordinate) => types.has(coordinate) || coordinate.startsWith(`${typeName}.`);
}

function becameRequired(meta: Place['meta'], what: string): boolean {
  return String(meta[`new${what}`]).endsWith('!') && !String(meta[`old${what}`]).endsWith('!');
}

/** A type, and the inputs through which a variable may bring a value of it. */
function typesWith(typeName: string, schema: GraphQLSchema): string[] {
  const found = new Set([typeName]);
  const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
  let size = 0;
  while (size < found.size) {
    size = found.size;
    for (const input of inputs) {
      const fields = Object.values(input.getFields());
      if (fields.some(({ type }) => found.has(getNamedType(type).name))) found.add(input.name);
    }
  }
  return [...found];
}
