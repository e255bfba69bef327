import { createHash } from 'node:crypto';

import {
  type ASTNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isIntrospectionType,
  isSpecifiedScalarType,
  Kind,
  TypeInfo,
  type TypeNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

import type { ClientDocument } from '../execute/operation/client-document.ts';

/** What an operation uses of the schema: nothing of what it was given. */
export interface OperationUsage {
  /** Equal for operations of the same name that use the same. */
  readonly id: string;
  readonly name: string | undefined;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /**
   * Coordinates, sorted: `Type.field`, `Type.field(argument:)`, `Input.field` and `Enum.VALUE` as far as the document
   * writes them, and the names of types that fragments stand on or variables have.
   */
  readonly coordinates: readonly string[];
  /** Those of them that are deprecated. */
  readonly deprecated: readonly string[];
}

/** Longer names are cut. */
const maxNameLength = 100;

/** Reads what an operation uses. */
export function readOperationUsage(schema: GraphQLSchema, client: ClientDocument): OperationUsage {
  const used = new Set<string>();
  const deprecated = new Set<string>();
  for (const node of [client.operation, ...client.fragments.values()])
    collect(node, { schema, used, deprecated });
  const kind = client.operation.operation;
  const name = client.operation.name?.value.slice(0, maxNameLength);
  const coordinates = [...used].sort();
  const text = [kind, name ?? '', ...coordinates].join('\n');
  const id = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  return { id, name, kind, coordinates, deprecated: [...deprecated].sort() };
}

interface Collecting {
  readonly schema: GraphQLSchema;
  readonly used: Set<string>;
  readonly deprecated: Set<string>;
}

function collect(node: ASTNode, { schema, used, deprecated }: Collecting): void {
  const info = new TypeInfo(schema);
  const add = (coordinate: string, reason?: string | null): void => {
    used.add(coordinate);
    if (reason != null) deprecated.add(coordinate);
  };
  const addType = (type: GraphQLNamedType | null | undefined): void => {
    if (type && !isSpecifiedScalarType(type)) add(type.name);
  };
  const below = visitWithTypeInfo(info, {
    Field() {
      const [parent, field] = [info.getParentType(), info.getFieldDef()];
      if (!parent || !field || isOfIntrospection(parent, field.name)) return;
      add(`${parent.name}.${field.name}`, field.deprecationReason);
    },
    Argument() {
      const [parent, field, argument] = [
        info.getParentType(),
        info.getFieldDef(),
        info.getArgument(),
      ];
      if (info.getDirective() || !parent || !field || !argument) return;
      if (isOfIntrospection(parent, field.name)) return;
      add(`${parent.name}.${field.name}(${argument.name}:)`, argument.deprecationReason);
    },
    InlineFragment({ typeCondition }) {
      if (typeCondition) addType(schema.getType(typeCondition.name.value));
    },
    FragmentDefinition({ typeCondition }) {
      addType(schema.getType(typeCondition.name.value));
    },
    VariableDefinition(definition) {
      addType(namedTypeOf(schema, definition.type));
    },
    ObjectValue({ fields }) {
      // Without a field it would not be seen that the type is used.
      if (fields.length === 0) addType(getNamedType(info.getInputType()));
    },
    ObjectField(field) {
      const parent = getNamedType(info.getParentInputType());
      if (parent) add(`${parent.name}.${field.name.value}`);
    },
    EnumValue({ value }) {
      const type = getNamedType(info.getInputType());
      if (isEnumType(type)) add(`${type.name}.${value}`, type.getValue(value)?.deprecationReason);
    },
  });
  visit(node, below);
}

function namedTypeOf(schema: GraphQLSchema, node: TypeNode): GraphQLNamedType | undefined {
  if (node.kind !== Kind.NAMED_TYPE) return namedTypeOf(schema, node.type);
  return schema.getType(node.name.value);
}

function isOfIntrospection(parent: GraphQLNamedType, field: string): boolean {
  return field.startsWith('__') || isIntrospectionType(parent);
}
