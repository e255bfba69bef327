import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';

import type { FetchNode, RequiredSelection } from './plan.ts';
import type { NamedArguments } from './required-arguments.ts';

/** Fields of an entity whose requirements fit into one representation: path → stand-in. */
type Group = Map<string, string>;

/**
 * Splits an entity fetch where two of its fields require a field with different arguments: a
 * representation holds one value of it only.
 */
export function splitFetch(fetch: FetchNode, named: NamedArguments): readonly FetchNode[] {
  const { requires, serviceName } = fetch;
  const [operation] = requires ? parse(fetch.operation, { noLocation: true }).definitions : [];
  if (requires === undefined || operation?.kind !== Kind.OPERATION_DEFINITION) return [fetch];
  const groups: Group[] = [];
  const groupOf = new Map<FieldNode, Group>();
  for (const { field, type } of fieldsOfEntities(operation)) {
    const paths = named.required.get(`${serviceName} ${type}.${field.name.value}`);
    if (paths !== undefined) groupOf.set(field, joinGroup(groups, paths));
  }
  if (groups.length < 2) return [fetch];
  return groups.map((group) => {
    const isIn = (field: FieldNode): boolean => (groupOf.get(field) ?? groups[0]) === group;
    const own = narrow(operation, isIn);
    return { ...fetch, ...own, requires: pick(requires, { group, named, path: '' }) };
  });
}

function* fieldsOfEntities({ selectionSet }: OperationDefinitionNode) {
  for (const entities of selectionSet.selections) {
    if (entities.kind === Kind.FIELD) yield* fieldsOf(entities.selectionSet, '');
  }
}

function* fieldsOf(
  set: SelectionSetNode | undefined,
  type: string,
): Generator<{ readonly field: FieldNode; readonly type: string }> {
  for (const node of set?.selections ?? []) {
    if (node.kind === Kind.FIELD) yield { field: node, type };
    else if (node.kind === Kind.INLINE_FRAGMENT) {
      yield* fieldsOf(node.selectionSet, node.typeCondition?.name.value ?? type);
    }
  }
}

function joinGroup(groups: Group[], paths: ReadonlyMap<string, string>): Group {
  const fits = (group: Group): boolean =>
    [...paths].every(([path, standIn]) => (group.get(path) ?? standIn) === standIn);
  const known = groups.find(fits);
  const group: Group = known ?? new Map<string, string>();
  if (known === undefined) groups.push(group);
  for (const [path, standIn] of paths) group.set(path, standIn);
  return group;
}

/** The operation with some fields of its entities, and the variables they use. */
function narrow(
  operation: OperationDefinitionNode,
  isIn: (field: FieldNode) => boolean,
): Pick<FetchNode, 'operation' | 'variableUsages'> {
  const selections = operation.selectionSet.selections.map((entities) =>
    entities.kind === Kind.FIELD && entities.selectionSet
      ? { ...entities, selectionSet: filterFields(entities.selectionSet, isIn) }
      : entities,
  );
  const selectionSet = { ...operation.selectionSet, selections };
  const used = new Set<string>();
  visit(selectionSet, { Variable: ({ name }) => void used.add(name.value) });
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) =>
    used.has(variable.name.value),
  );
  const text = print({
    ...operation,
    selectionSet,
    ...(variableDefinitions && { variableDefinitions }),
  });
  used.delete('representations');
  return { operation: stripIgnoredCharacters(text), variableUsages: [...used] };
}

function filterFields(
  set: SelectionSetNode,
  isIn: (field: FieldNode) => boolean,
): SelectionSetNode {
  const selections = set.selections.flatMap((node): SelectionNode[] => {
    if (node.kind === Kind.FIELD) return isIn(node) ? [node] : [];
    if (node.kind === Kind.FRAGMENT_SPREAD) return [node];
    const selectionSet = filterFields(node.selectionSet, isIn);
    return selectionSet.selections.length === 0 ? [] : [{ ...node, selectionSet }];
  });
  return { ...set, selections };
}

interface Picking {
  readonly group: Group;
  readonly named: NamedArguments;
  readonly path: string;
}

/** Without the stand-ins that only other groups require. */
function pick(selections: readonly RequiredSelection[], at: Picking): RequiredSelection[] {
  return selections.flatMap((selection): RequiredSelection[] => {
    if (selection.kind === 'InlineFragment') {
      return [{ ...selection, selections: pick(selection.selections, at) }];
    }
    const standIn = at.named.standIns.get(selection.name);
    const path = `${at.path}.${standIn?.field ?? selection.name}`;
    if (standIn !== undefined && at.group.get(path) !== selection.name) return [];
    if (selection.selections === undefined) return [selection];
    const below = pick(selection.selections, { ...at, path });
    return below.length === 0 ? [] : [{ ...selection, selections: below }];
  });
}
