import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
} from 'graphql';

import {
  flagArgument,
  isJoin,
  namedType,
  objectTypesOf,
  type ObjectTypes,
  textArgument,
} from '../supergraph/join.ts';
import { type FieldsByType, readFieldSet, uniteFields } from './field-sets.ts';

/** A field that one subgraph computes from required fields. */
export interface ComputedField {
  /** The subgraph as `join__Graph` calls it. */
  readonly graph: string;
  readonly type: string;
  readonly name: string;
  readonly field: FieldDefinitionNode;
  readonly requires: FieldsByType;
  /** By which the subgraph finds the type, as it writes them. */
  readonly keys: readonly string[];
  /** What the subgraph has to know for it: keys of the type and required fields. */
  readonly inputs: FieldsByType;
  /** Scalars and enums of all these fields and their arguments. */
  readonly leaves: ReadonlySet<string>;
}

const builtIn = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);
const plainArguments = new Set(['graph', 'requires', 'type']);

/**
 * Finds those that other fields require in turn, and those that require what the first do; of both, leaves computed from
 * plain objects.
 */
export function findComputedFields(supergraph: DocumentNode): readonly ComputedField[] {
  const objects = objectTypesOf(supergraph);
  const required = new Set(
    fieldsIn(objects).flatMap(({ type, field }) => [...requiredBy(type, field, objects)]),
  );
  const computed = allComputedFields(supergraph);
  const chained = computed.filter(({ field }) => required.has(field));
  const shared = fieldsOf(chained);
  return computed.filter((one) => chained.includes(one) || !fieldsOf([one]).isDisjointFrom(shared));
}

/** Finds those whose subgraph knows their objects only by what lies in other objects. */
export function findBehindNestedKeys(supergraph: DocumentNode): readonly ComputedField[] {
  return allComputedFields(supergraph).filter(
    ({ keys }) => keys.length > 0 && keys.every(isNestedKey),
  );
}

export function isNestedKey(key: string): boolean {
  return key.includes('{');
}

/** Leaves computed from plain objects. */
function allComputedFields(supergraph: DocumentNode): readonly ComputedField[] {
  const all = supergraph.definitions;
  const objects = objectTypesOf(supergraph);
  const leafTypes = new Set([...builtIn, ...all.filter(isLeaf).map(({ name }) => name.value)]);
  return fieldsIn(objects)
    .flatMap(({ type, field }) => computedField(type, field, objects) ?? [])
    .filter(({ leaves }) => leaves.isSubsetOf(leafTypes))
    .map((one) => ({ ...one, leaves: one.leaves.difference(builtIn) }));
}

function fieldsIn(objects: ObjectTypes) {
  return [...objects.values()].flatMap((type) =>
    (type.fields ?? []).map((field) => ({ type, field })),
  );
}

/** What computed fields require. */
function fieldsOf(computed: readonly ComputedField[]): ReadonlySet<FieldDefinitionNode> {
  return new Set(
    computed.flatMap(({ requires }) => [...requires.values()].flatMap((some) => [...some])),
  );
}

function isLeaf(definition: DefinitionNode) {
  return (
    definition.kind === Kind.ENUM_TYPE_DEFINITION || definition.kind === Kind.SCALAR_TYPE_DEFINITION
  );
}

/** Every field that one requires, in whichever subgraph. */
function requiredBy(
  type: ObjectTypeDefinitionNode,
  field: FieldDefinitionNode,
  objects: ObjectTypes,
): ReadonlySet<FieldDefinitionNode> {
  const sets = (field.directives ?? []).flatMap((directive) => {
    const requires = textArgument(directive, 'requires');
    return (requires === undefined ? undefined : readFieldSet(type, requires, objects)) ?? [];
  });
  return new Set([...uniteFields(sets).values()].flatMap((fields) => [...fields]));
}

function computedField(
  type: ObjectTypeDefinitionNode,
  field: FieldDefinitionNode,
  objects: ObjectTypes,
): ComputedField | undefined {
  const graph = computingGraph(field);
  const entries = (type.directives ?? []).filter(
    (one) => graph !== undefined && isJoin(one, 'join__type', graph),
  );
  if (graph === undefined || entries.some((one) => flagArgument(one, 'isInterfaceObject') === true))
    return undefined;
  const keys = entries.map((one) => textArgument(one, 'key') ?? '__typename');
  const sets = keys.map((key) => readFieldSet(type, key, objects));
  const requires = requiredIn(type, field, objects);
  if (requires === undefined || !sets.every((set) => set !== undefined)) return undefined;
  const united = uniteFields([requires, ...sets]);
  return {
    graph,
    type: type.name.value,
    name: field.name.value,
    field,
    requires,
    keys,
    inputs: united,
    leaves: new Set([namedType(field.type), ...leavesOf(united, objects), ...argumentTypes(field)]),
  };
}

function requiredIn(
  type: ObjectTypeDefinitionNode,
  field: FieldDefinitionNode,
  objects: ObjectTypes,
): FieldsByType | undefined {
  const requires = field.directives
    ?.map((directive) => textArgument(directive, 'requires'))
    .find((set) => set !== undefined);
  return requires === undefined ? undefined : readFieldSet(type, requires, objects);
}

/** The one subgraph that computes the field, where nothing else is said of how. */
function computingGraph(field: FieldDefinitionNode): string | undefined {
  const [directive, ...others] = (field.directives ?? []).filter(
    (one) => textArgument(one, 'requires') !== undefined,
  );
  if (directive === undefined || others.length > 0) return undefined;
  const isPlain = directive.arguments?.every(({ name }) => plainArguments.has(name.value));
  return isPlain === true ? textArgument(directive, 'graph') : undefined;
}

function leavesOf(fields: FieldsByType, objects: ObjectTypes): string[] {
  return [...fields.values()]
    .flatMap((some) => [...some])
    .flatMap((field) => [namedType(field.type), ...argumentTypes(field)])
    .filter((name) => !objects.has(name));
}

function argumentTypes(field: FieldDefinitionNode): string[] {
  return (field.arguments ?? []).map(({ type }) => namedType(type));
}
