import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  visit,
} from 'graphql';

import {
  flagArgument,
  isJoinField,
  namedType,
  objectTypesOf,
  type ObjectTypes,
  textArgument,
} from '../supergraph/join.ts';
import { type FieldsByType, readFieldSet } from './field-sets.ts';

/**
 * Leaves out fields that a subgraph declares as external and, since what it computes from them was parted from it, needs
 * no more. The planner takes a declared field for one that the subgraph can give when it moves what is required into the
 * fetch before.
 */
export function dropUnusedExternals(supergraph: DocumentNode): DocumentNode {
  const objects = objectTypesOf(supergraph);
  const uses = findUses(objects);
  const promises = findPromises(supergraph);
  return visit(supergraph, {
    ObjectTypeDefinition: (type) => {
      const isPromised = promises(type);
      const fields = type.fields?.map((field): FieldDefinitionNode => {
        const directives = field.directives?.filter((directive) => {
          const graph = externalGraph(directive);
          return graph === undefined || isPromised(graph, field) || uses.isUsed(graph, field);
        });
        // Without any `@join__field` it would be in all subgraphs of its type.
        const isLeft = directives?.some(isJoinField) ?? false;
        return { ...field, ...(isLeft && directives && { directives }) };
      });
      return { ...type, ...(fields && { fields }) };
    },
  });
}

/** What field sets of the subgraphs name. */
interface Uses {
  isUsed(graph: string, field: FieldDefinitionNode): boolean;
}

function findUses(objects: ObjectTypes): Uses {
  const used = new Map<string, Set<FieldDefinitionNode>>();
  /** Subgraphs with field sets that go through interfaces or unions: of them nothing is left out. */
  const unread = new Set<string>();
  const note = (graph: string, fields: FieldsByType | undefined): void => {
    if (fields === undefined) unread.add(graph);
    const known = used.get(graph) ?? new Set();
    for (const some of fields?.values() ?? []) for (const field of some) known.add(field);
    used.set(graph, known);
  };
  for (const type of objects.values()) {
    for (const directive of type.directives ?? []) noteSet(directive, 'key', type);
    for (const field of type.fields ?? []) {
      for (const directive of field.directives ?? []) {
        noteSet(directive, 'requires', type);
        noteSet(directive, 'provides', objects.get(namedType(field.type)));
      }
    }
  }
  return { isUsed: (graph, field) => unread.has(graph) || used.get(graph)?.has(field) === true };

  function noteSet(
    directive: ConstDirectiveNode,
    argument: 'key' | 'requires' | 'provides',
    type: ObjectTypeDefinitionNode | undefined,
  ): void {
    const graph = textArgument(directive, 'graph');
    const fieldSet = textArgument(directive, argument);
    if (graph === undefined || fieldSet === undefined) return;
    note(graph, type && readFieldSet(type, fieldSet, objects));
  }
}

/** Whether a field stands in the subgraph because of an interface that its type implements there. */
type IsPromised = (graph: string, field: FieldDefinitionNode) => boolean;

function findPromises({
  definitions,
}: DocumentNode): (type: ObjectTypeDefinitionNode) => IsPromised {
  const interfaces = new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? [[definition.name.value, definition.fields?.map(({ name }) => name.value)] as const]
        : [],
    ),
  );
  return ({ directives }) =>
    (graph, { name }) =>
      directives?.some(
        (one) =>
          one.name.value === 'join__implements' &&
          textArgument(one, 'graph') === graph &&
          interfaces.get(textArgument(one, 'interface') ?? '')?.includes(name.value) === true,
      ) === true;
}

function externalGraph(directive: ConstDirectiveNode): string | undefined {
  return flagArgument(directive, 'external') === true
    ? textArgument(directive, 'graph')
    : undefined;
}
