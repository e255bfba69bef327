import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';

/** Object types of a supergraph by name. */
export type ObjectTypes = ReadonlyMap<string, ObjectTypeDefinitionNode>;

export function objectTypesOf({ definitions }: DocumentNode): ObjectTypes {
  return new Map(definitions.filter(isObjectType).map((type) => [type.name.value, type]));
}

function isObjectType(definition: DefinitionNode): definition is ObjectTypeDefinitionNode {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION;
}

export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** True for the `@join__…` by which the subgraph has the element. */
export function isJoin(
  directive: ConstDirectiveNode,
  name: 'join__type' | 'join__field' | 'join__enumValue',
  graph: string,
): boolean {
  return directive.name.value === name && textArgument(directive, 'graph') === graph;
}

export function isJoinField({ name }: ConstDirectiveNode): boolean {
  return name.value === 'join__field';
}

/** An argument that is a string or a name. */
export function textArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

/** An argument that is true or false; undefined where it is not given. */
export function flagArgument(directive: ConstDirectiveNode, name: string): boolean | undefined {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}

/** Names of subgraphs by the names that the supergraph's directives use. */
export function readServices({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const graphs = definitions.flatMap((node) =>
    node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph'
      ? (node.values ?? [])
      : [],
  );
  return new Map(
    graphs.flatMap(({ name, directives }) => {
      const graph = directives?.find((directive) => directive.name.value === 'join__graph');
      const service = graph && textArgument(graph, 'name');
      return service === undefined ? [] : [[name.value, service] as const];
    }),
  );
}

function argumentOf({ arguments: given }: ConstDirectiveNode, name: string) {
  return given?.find((argument) => argument.name.value === name)?.value;
}
