import {
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ScalarTypeDefinitionNode,
  visit,
} from 'graphql';

import {
  flagArgument,
  isJoin,
  isJoinField,
  objectTypesOf,
  type ObjectTypes,
  textArgument,
} from '../supergraph/join.ts';
import {
  type ComputedField,
  findBehindNestedKeys,
  findComputedFields,
  isNestedKey,
} from './computed-fields.ts';
import { dropUnusedExternals } from './drop-externals.ts';
import { joinField, joinType, withText } from './join-directives.ts';

/** A supergraph for the planner, with more subgraphs than there are. */
export interface PartedSupergraph {
  readonly document: DocumentNode;
  /** Name of an added subgraph → name of the one it is a part of. */
  readonly partOf: ReadonlyMap<string, string>;
}

/**
 * Gives fields that are computed from required fields, and that other fields require in turn, a subgraph of
 * their own in the planner's eyes. It would ask the subgraph that an entity comes from for such a field at
 * once, before what the field requires is there; as that is never right, the parting costs no request.
 */
export function partComputedFields(supergraph: DocumentNode): PartedSupergraph {
  return addParts(supergraph, findComputedFields(supergraph), createPart);
}

/**
 * The same for fields that are computed behind a nested key: the part is found by the plain keys of other subgraphs, and
 * what the nested key holds is one more thing that the field requires. It is the way round where the planner throws, as
 * it does for a nested key of which another subgraph has to give a piece. Undefined where there are no such fields.
 */
export function detourNestedKeys(supergraph: DocumentNode): PartedSupergraph | undefined {
  const objects = objectTypesOf(supergraph);
  const create = (graph: string, fields: readonly ComputedField[]): Part =>
    withDetours(createPart(graph, fields), fields, objects);
  const fields = findBehindNestedKeys(supergraph);
  return fields.length === 0 ? undefined : addParts(supergraph, fields, create);
}

function addParts(
  supergraph: DocumentNode,
  fields: readonly ComputedField[],
  create: (graph: string, fields: readonly ComputedField[]) => Part,
): PartedSupergraph {
  const byGraph = Map.groupBy(fields, ({ graph }) => graph);
  const parts = [...byGraph].map(([graph, own]) => create(graph, own));
  const partOf = new Map<string, string>();
  if (parts.length === 0) return { document: supergraph, partOf };
  const document = visit(supergraph, {
    ObjectTypeDefinition: (type) => parts.reduce(addToType, type),
    ScalarTypeDefinition: (type) => parts.reduce(addToLeaf, type),
    EnumTypeDefinition: (type) =>
      type.name.value === 'join__Graph'
        ? addGraphs(type, parts, partOf)
        : parts.reduce(addToEnum, type),
  });
  return { document: dropUnusedExternals(document), partOf };
}

/** A part of a subgraph: what it computes, and what it has to know for that. */
interface Part {
  readonly graph: string;
  readonly added: string;
  /** By `Type.field`. */
  readonly computed: ReadonlySet<string>;
  readonly inputs: ReadonlySet<string>;
  /** Types that have computed fields. */
  readonly entities: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  readonly leaves: ReadonlySet<string>;
  /** By type: by what it is found otherwise than in its subgraph, which is then required. */
  readonly detours: ReadonlyMap<string, Detour>;
}

interface Detour {
  readonly keys: readonly string[];
  readonly keyFields: ReadonlySet<string>;
  /** The key of the subgraph. */
  readonly required: string;
}

function withDetours(part: Part, fields: readonly ComputedField[], objects: ObjectTypes): Part {
  const detours = fields.flatMap(({ type, keys: [required = ''] }) => {
    const joins = objects.get(type)?.directives ?? [];
    const keys = joins
      .filter((join) => flagArgument(join, 'resolvable') !== false)
      .flatMap((join) => textArgument(join, 'key') ?? [])
      .filter((key) => !isNestedKey(key));
    const keyFields = new Set(keys.flatMap((key) => key.split(/\s+/)));
    return [[type, { keys: [...new Set(keys)], keyFields, required }] as const];
  });
  return { ...part, detours: new Map(detours) };
}

function createPart(graph: string, fields: readonly ComputedField[]): Part {
  const inputs = fields.flatMap((field) =>
    [...field.inputs].flatMap(([type, some]) =>
      [...some].map(({ name }) => `${type}.${name.value}`),
    ),
  );
  return {
    graph,
    added: `${graph}_COMPUTED`,
    computed: new Set(fields.map(({ type, name }) => `${type}.${name}`)),
    inputs: new Set(inputs),
    entities: new Set(fields.map(({ type }) => type)),
    types: new Set(fields.flatMap((field) => [field.type, ...field.inputs.keys()])),
    leaves: new Set(fields.flatMap((field) => [...field.leaves])),
    detours: new Map(),
  };
}

function addGraphs(
  graphs: EnumTypeDefinitionNode,
  parts: readonly Part[],
  partOf: Map<string, string>,
): EnumTypeDefinitionNode {
  const values = parts.flatMap(({ graph, added }): EnumValueDefinitionNode[] => {
    const value = graphs.values?.find(({ name }) => name.value === graph);
    const [directive] = value?.directives ?? [];
    if (value === undefined || directive === undefined) return [];
    const name = textArgument(directive, 'name') ?? graph;
    const own = `${name}.computed`;
    partOf.set(own, name);
    const directives = [withText(directive, 'name', own)];
    return [{ ...value, name: { kind: Kind.NAME, value: added }, directives }];
  });
  return { ...graphs, values: [...(graphs.values ?? []), ...values] };
}

function addToType(type: ObjectTypeDefinitionNode, part: Part): ObjectTypeDefinitionNode {
  if (!part.types.has(type.name.value)) return type;
  const graphs = (type.directives ?? []).flatMap((one) =>
    one.name.value === 'join__type' ? (textArgument(one, 'graph') ?? []) : [],
  );
  const place = { type: type.name.value, graphs: new Set(graphs), part };
  const fields = type.fields?.map((field) => addToField(field, place));
  return {
    ...type,
    directives: [...(type.directives ?? []), ...entries(type, part)],
    ...(fields && { fields }),
  };
}

/** Of entities, what is computed needs the keys; of other types, it needs them to exist. */
function entries(type: ObjectTypeDefinitionNode, part: Part): ConstDirectiveNode[] {
  const detour = part.detours.get(type.name.value);
  if (detour !== undefined) return detour.keys.map((key) => joinType(part.added, key));
  const own = (type.directives ?? [])
    .filter((directive) => isJoin(directive, 'join__type', part.graph))
    .map((directive) => withText(directive, 'graph', part.added));
  if (part.entities.has(type.name.value)) return own;
  return own.slice(0, 1).map((directive) => ({
    ...directive,
    arguments: directive.arguments?.filter(({ name }) => name.value === 'graph') ?? [],
  }));
}

interface FieldPlace {
  readonly type: string;
  /** All subgraphs that have the type. */
  readonly graphs: ReadonlySet<string>;
  readonly part: Part;
}

function addToField(
  field: FieldDefinitionNode,
  { type, graphs, part }: FieldPlace,
): FieldDefinitionNode {
  const coordinate = `${type}.${field.name.value}`;
  const directives = field.directives ?? [];
  if (part.computed.has(coordinate)) {
    const required = part.detours.get(type)?.required;
    const moved = directives.map((one) =>
      isJoin(one, 'join__field', part.graph)
        ? withRequired(withText(one, 'graph', part.added), required)
        : one,
    );
    return { ...field, directives: [...moved, joinField(part.graph, { isExternal: true })] };
  }
  const detour = part.detours.get(type);
  if (detour !== undefined) return addToDetour(field, { type, graphs, part }, detour);
  const isInput = part.inputs.has(coordinate);
  if (directives.some(isJoinField)) {
    return isInput ? { ...field, directives: withCopies(directives, 'join__field', part) } : field;
  }
  // Without `@join__field` a field is in all subgraphs of its type, the added one included.
  if (isInput) return field;
  return { ...field, directives: [...directives, ...[...graphs].map((graph) => joinField(graph))] };
}

/** Keys are the part's own; what it requires is given by others. */
function addToDetour(
  field: FieldDefinitionNode,
  { type, graphs, part }: FieldPlace,
  { keyFields }: Detour,
): FieldDefinitionNode {
  const name = field.name.value;
  const given = field.directives ?? [];
  const isEverywhere = !given.some(isJoinField);
  const known = isEverywhere ? [...given, ...[...graphs].map((graph) => joinField(graph))] : given;
  const isExternal = !keyFields.has(name);
  if (isExternal && !part.inputs.has(`${type}.${name}`)) return { ...field, directives: known };
  return { ...field, directives: [...known, joinField(part.added, { isExternal })] };
}

function addToLeaf<T extends ScalarTypeDefinitionNode | EnumTypeDefinitionNode>(
  type: T,
  part: Part,
): T {
  if (!part.leaves.has(type.name.value)) return type;
  return { ...type, directives: withCopies(type.directives, 'join__type', part) };
}

function addToEnum(type: EnumTypeDefinitionNode, part: Part): EnumTypeDefinitionNode {
  if (!part.leaves.has(type.name.value)) return type;
  const values = type.values?.map((value) => ({
    ...value,
    directives: withCopies(value.directives, 'join__enumValue', part),
  }));
  return { ...addToLeaf(type, part), ...(values && { values }) };
}

/** The directives, and those by which the subgraph has the element once more for its part. */
function withCopies(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: 'join__type' | 'join__field' | 'join__enumValue',
  part: Part,
): ConstDirectiveNode[] {
  const all = directives ?? [];
  const own = all.filter((directive) => isJoin(directive, name, part.graph));
  return [...all, ...own.map((directive) => withText(directive, 'graph', part.added))];
}

function withRequired(directive: ConstDirectiveNode, more: string | undefined): ConstDirectiveNode {
  if (more === undefined) return directive;
  return withText(directive, 'requires', `${textArgument(directive, 'requires') ?? ''} ${more}`);
}
