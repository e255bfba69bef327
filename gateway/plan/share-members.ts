import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type NameNode,
  type ObjectTypeDefinitionNode,
  specifiedScalarTypes,
  type TypeDefinitionNode,
  type UnionTypeDefinitionNode,
} from 'graphql';

import {
  flagArgument,
  isJoinField,
  isObjectType,
  namedType,
  objectTypesOf,
  type ObjectTypes,
  readServices,
  textArgument,
} from '../supergraph/join.ts';

/** A supergraph whose abstract types have the same members wherever one field gives them. */
export interface SharedMembers {
  readonly supergraph: DocumentNode;
  /** By service: members that it does not know. */
  readonly unknown: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * The planner drops `... on Member` where any subgraph it could ask for the field, the nearest or not, has its
 * union or interface without that member. So members that are no entities are given to all of these subgraphs,
 * and what a subgraph does not know is left out of what it is asked (`leaveOutUnknown`): it cannot give it either.
 */
export function shareMembers(supergraph: DocumentNode): SharedMembers {
  const sharing = new Sharing(supergraph);
  const definitions = supergraph.definitions.map((definition) => {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) return sharing.extendUnion(definition);
    return isObjectType(definition) ? sharing.extendMember(definition) : definition;
  });
  return { supergraph: { ...supergraph, definitions }, unknown: sharing.unknown() };
}

class Sharing {
  readonly #objects: ObjectTypes;
  /** Subgraphs by type. */
  readonly #graphs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #services: ReadonlyMap<string, string>;
  /** By member: subgraphs that did not know it. */
  readonly #added = new Map<string, Set<string>>();

  constructor(supergraph: DocumentNode) {
    const types = supergraph.definitions.filter(isTypeDefinitionNode);
    this.#objects = objectTypesOf(supergraph);
    this.#graphs = readGraphs(types);
    this.#services = readServices(supergraph);
    for (const field of types.flatMap(fieldsOf)) {
      const graphs = this.#graphsOfField(field);
      const members = graphs.length < 2 ? [] : membersOf(namedType(field.field.type), types);
      for (const member of members) this.#add(member, graphs);
    }
  }

  extendUnion(union: UnionTypeDefinitionNode): UnionTypeDefinitionNode {
    const known = this.#graphsOf(union.name.value);
    const added = (union.types ?? []).flatMap(({ name: { value: member } }) =>
      this.#addedTo(member)
        .filter((graph) => known.has(graph))
        .map((graph) => directive('join__unionMember', { graph, member })),
    );
    return { ...union, directives: [...(union.directives ?? []), ...added] };
  }

  extendMember(type: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
    const graphs = this.#addedTo(type.name.value);
    if (graphs.length === 0) return type;
    const fields = type.fields?.map((field): FieldDefinitionNode => {
      const own = field.directives ?? [];
      if (!own.some(isJoinField)) return field;
      const added = graphs.map((graph) => directive('join__field', { graph }));
      return { ...field, directives: [...own, ...added] };
    });
    const added = graphs.flatMap((graph) => [
      directive('join__type', { graph }),
      ...(type.interfaces ?? [])
        .filter(({ name }) => this.#graphsOf(name.value).has(graph))
        .map(({ name }) => directive('join__implements', { graph, interface: name.value })),
    ]);
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

  #add(member: string, graphs: readonly string[]): void {
    const known = this.#added.get(member) ?? new Set();
    const added = graphs.filter((graph) => this.#canAdd(member, graph));
    if (added.length > 0) this.#added.set(member, known.union(new Set(added)));
  }

  #addedTo(member: string): readonly string[] {
    return [...(this.#added.get(member) ?? [])];
  }

  /** Without a word of its own a field is in all subgraphs of its type. */
  #graphsOfField({ parent, field }: FieldOfType): readonly string[] {
    const joins = (field.directives ?? []).filter(isJoinField);
    if (joins.length === 0) return [...this.#graphsOf(parent)];
    return joins.flatMap((join) => textArgument(join, 'graph') ?? []);
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

function hasKey({ directives }: ObjectTypeDefinitionNode): boolean {
  return directives?.some((join) => textArgument(join, 'key') !== undefined) === true;
}

interface FieldOfType {
  readonly parent: string;
  readonly field: FieldDefinitionNode;
}

function fieldsOf(type: TypeDefinitionNode): FieldOfType[] {
  if (!isObjectType(type) && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
  return (type.fields ?? []).map((field) => ({ parent: type.name.value, field }));
}

function membersOf(name: string, types: readonly TypeDefinitionNode[]): string[] {
  const type = types.find((other) => other.name.value === name);
  if (type?.kind === Kind.UNION_TYPE_DEFINITION) return (type.types ?? []).map(nameOf);
  if (type?.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
  return types
    .filter((other) => isObjectType(other) && other.interfaces?.some((one) => nameOf(one) === name))
    .map(nameOf);
}

function nameOf({ name }: { readonly name: NameNode }): string {
  return name.value;
}

/** Those where it is of its kind: an interface may be an object to a subgraph. */
function readGraphs(types: readonly TypeDefinitionNode[]): Map<string, Set<string>> {
  const graphs = new Map<string, Set<string>>();
  for (const type of types) {
    for (const join of type.directives ?? []) {
      const graph = nameOf(join) === 'join__type' ? textArgument(join, 'graph') : undefined;
      if (graph === undefined || flagArgument(join, 'isInterfaceObject') === true) continue;
      graphs.set(nameOf(type), (graphs.get(nameOf(type)) ?? new Set()).add(graph));
    }
  }
  return graphs;
}

/** `graph` is a name, and all else text. */
function directive(name: string, given: Readonly<Record<string, string>>): ConstDirectiveNode {
  const values = Object.entries(given).map(([key, value]): ConstArgumentNode => ({
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: key },
    value: { kind: key === 'graph' ? Kind.ENUM : Kind.STRING, value },
  }));
  return { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name }, arguments: values };
}
