import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  specifiedScalarTypes,
  type UnionTypeDefinitionNode,
} from 'graphql';

import { namedType, textArgument } from './field-sets.ts';
import { readServices } from './required-arguments.ts';

/** A supergraph whose unions have the same members wherever they are. */
export interface SharedMembers {
  readonly supergraph: DocumentNode;
  /** By service: members of its unions that it does not know. */
  readonly unknown: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * The planner drops `... on Member` where any subgraph it could ask, the nearest or not, has the union without
 * that member. So members that are no entities are given to all subgraphs of the union, and what a subgraph does
 * not know is left out of what it is asked (`leaveOutUnknown`): it cannot give such an object either.
 */
export function shareMembers(supergraph: DocumentNode): SharedMembers {
  const sharing = new Sharing(supergraph);
  const definitions = supergraph.definitions
    .map((definition) => (isUnion(definition) ? sharing.extendUnion(definition) : definition))
    .map((definition) => (isObject(definition) ? sharing.extendMember(definition) : definition));
  return { supergraph: { ...supergraph, definitions }, unknown: sharing.unknown() };
}

class Sharing {
  readonly #objects: ReadonlyMap<string, ObjectTypeDefinitionNode>;
  /** Subgraphs by type. */
  readonly #graphs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #services: ReadonlyMap<string, string>;
  /** By member: subgraphs that did not know it. */
  readonly #added = new Map<string, Set<string>>();

  constructor(supergraph: DocumentNode) {
    const objects = supergraph.definitions.filter(isObject);
    this.#objects = new Map(objects.map((type) => [type.name.value, type]));
    this.#graphs = readGraphs(supergraph);
    this.#services = readServices(supergraph);
  }

  extendUnion(union: UnionTypeDefinitionNode): UnionTypeDefinitionNode {
    const added = [...this.#graphsOf(union.name.value)].flatMap((graph) =>
      (union.types ?? [])
        .filter(({ name }) => this.#canAdd(name.value, graph))
        .map(({ name }) => this.#add(name.value, graph)),
    );
    return { ...union, directives: [...(union.directives ?? []), ...added] };
  }

  extendMember(type: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
    const graphs = [...(this.#added.get(type.name.value) ?? [])].map((graph) =>
      graphArgument(graph),
    );
    if (graphs.length === 0) return type;
    const fields = type.fields?.map((field): FieldDefinitionNode => {
      const own = field.directives ?? [];
      if (!own.some(({ name }) => name.value === 'join__field')) return field;
      const added = graphs.map((graph) => directive('join__field', [graph]));
      return { ...field, directives: [...own, ...added] };
    });
    const added = graphs.map((graph) => directive('join__type', [graph]));
    return {
      ...type,
      ...(fields && { fields }),
      directives: [...(type.directives ?? []), ...added],
    };
  }

  unknown(): ReadonlyMap<string, ReadonlySet<string>> {
    const found = new Map<string, Set<string>>();
    for (const [member, graphs] of this.#added) {
      for (const graph of graphs) {
        const service = this.#services.get(graph) ?? graph;
        found.set(service, (found.get(service) ?? new Set()).add(member));
      }
    }
    return found;
  }

  #add(member: string, graph: string): ConstDirectiveNode {
    this.#added.set(member, (this.#added.get(member) ?? new Set()).add(graph));
    const value = { kind: Kind.STRING, value: member } as const;
    const named = {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'member' },
      value,
    } as const;
    return directive('join__unionMember', [graphArgument(graph), named]);
  }

  #graphsOf(type: string): ReadonlySet<string> {
    return this.#graphs.get(type) ?? new Set();
  }

  /** Entities are found by their keys; what a subgraph lacks types for it could not be asked. */
  #canAdd(member: string, graph: string): boolean {
    const type = this.#objects.get(member);
    if (type === undefined || this.#graphsOf(member).has(graph) || hasKey(type)) return false;
    const needed = (type.fields ?? []).flatMap((field) => [
      namedType(field.type),
      ...(field.arguments ?? []).map((argument) => namedType(argument.type)),
    ]);
    return needed.every((name) => builtIn.has(name) || this.#graphsOf(name).has(graph));
  }
}

const builtIn = new Set(specifiedScalarTypes.map(({ name }) => name));

function isUnion(definition: DefinitionNode): definition is UnionTypeDefinitionNode {
  return definition.kind === Kind.UNION_TYPE_DEFINITION;
}

function isObject(definition: DefinitionNode): definition is ObjectTypeDefinitionNode {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION;
}

function hasKey({ directives }: ObjectTypeDefinitionNode): boolean {
  return directives?.some((join) => textArgument(join, 'key') !== undefined) === true;
}

function readGraphs({ definitions }: DocumentNode): Map<string, Set<string>> {
  const graphs = new Map<string, Set<string>>();
  for (const type of definitions.filter(isTypeDefinitionNode)) {
    for (const join of type.directives ?? []) {
      const graph = join.name.value === 'join__type' ? textArgument(join, 'graph') : undefined;
      const { value: name } = type.name;
      if (graph !== undefined) graphs.set(name, (graphs.get(name) ?? new Set()).add(graph));
    }
  }
  return graphs;
}

function graphArgument(graph: string): ConstArgumentNode {
  const value = { kind: Kind.ENUM, value: graph } as const;
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'graph' }, value };
}

function directive(name: string, given: readonly ConstArgumentNode[]): ConstDirectiveNode {
  return { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name }, arguments: given };
}
