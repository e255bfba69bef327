import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

/** Object types of a supergraph by name. */
export type ObjectTypes = ReadonlyMap<string, ObjectTypeDefinitionNode>;

/** Fields by the name of their type. */
export type FieldsByType = ReadonlyMap<string, ReadonlySet<FieldDefinitionNode>>;

/** The fields that a field set (`id size { unit }`) names; undefined where it goes through anything but objects. */
export function readFieldSet(
  type: ObjectTypeDefinitionNode,
  fieldSet: string,
  objects: ObjectTypes,
): FieldsByType | undefined {
  const found = new Map<string, Set<FieldDefinitionNode>>();
  const [operation] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  return readSet(type, operation.selectionSet) ? found : undefined;

  function readSet(parent: ObjectTypeDefinitionNode | undefined, set: SelectionSetNode): boolean {
    if (parent === undefined) return false;
    return set.selections.every((selection) => {
      if (selection.kind !== Kind.FIELD) return false;
      const name = selection.name.value;
      if (name === '__typename') return true;
      const field = parent.fields?.find((one) => one.name.value === name);
      if (field === undefined) return false;
      found.set(parent.name.value, (found.get(parent.name.value) ?? new Set()).add(field));
      if (selection.selectionSet === undefined) return true;
      return readSet(objects.get(namedType(field.type)), selection.selectionSet);
    });
  }
}

/** All fields of several. */
export function uniteFields(sets: readonly FieldsByType[]): FieldsByType {
  const all = new Map<string, ReadonlySet<FieldDefinitionNode>>();
  for (const [type, fields] of sets.flatMap((set) => [...set])) {
    all.set(type, (all.get(type) ?? new Set()).union(fields));
  }
  return all;
}

/** True for the `@join__…` by which the subgraph has the element. */
export function isJoin(
  directive: ConstDirectiveNode,
  name: 'join__type' | 'join__field' | 'join__enumValue',
  graph: string,
): boolean {
  return directive.name.value === name && textArgument(directive, 'graph') === graph;
}

/** An argument that is a string or a name. */
export function textArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
