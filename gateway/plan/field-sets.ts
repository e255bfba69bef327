import {
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';

import { namedType, type ObjectTypes } from '../supergraph/join.ts';

/** Fields by the name of their type. */
export type FieldsByType = ReadonlyMap<string, ReadonlySet<FieldDefinitionNode>>;

/** The fields that a field set (`id size { unit }`) names; undefined where it goes through anything but objects. */
export function readFieldSet(
  type: ObjectTypeDefinitionNode,
  fieldSet: string,
  objects: ObjectTypes,
): FieldsByType | undefined {
  const found = new Map<string, Set<FieldDefinitionNode>>();
  return readSet(type, parseFieldSet(fieldSet)) ? found : undefined;

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

/** A field set as the selection set that it is without braces. */
export function parseFieldSet(fieldSet: string): SelectionSetNode {
  const [operation] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions;
  if (operation?.kind === Kind.OPERATION_DEFINITION) return operation.selectionSet;
  throw new Error('A field set is not a selection set');
}
