import type {
  BatchFetchNode,
  FetchNode as HiveFetch,
  FetchRewrite,
  FlattenNodePathSegment,
  PlanNode as HiveNode,
  QueryPlan,
  RequiresSelection,
} from '@graphql-hive/router-query-planner';
import { Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';

import type { FetchNode, PlanNode, PlanRoot, RequiredSelection, Rewrite } from './plan.ts';

/** A plan of The Guild's planner in the terms of ours. */
export function readHivePlan({ node }: QueryPlan): PlanRoot | undefined {
  if (node === undefined) return undefined;
  if (node.kind === 'Subscription')
    return { kind: 'Subscription', primary: readFetch(node.primary) };
  const [first, ...rest] = node.kind === 'Sequence' ? node.nodes : [];
  if (first?.kind !== 'Subscription') return readNode(node);
  const primary = readFetch(first.primary);
  return { kind: 'Subscription', primary, rest: { kind: 'Sequence', nodes: rest.map(readNode) } };
}

type Readers = {
  readonly [Kind in HiveNode['kind']]: (node: Extract<HiveNode, { kind: Kind }>) => PlanNode;
};

const readers: Readers = {
  Sequence: ({ nodes }) => ({ kind: 'Sequence', nodes: nodes.map(readNode) }),
  Parallel: ({ nodes }) => ({ kind: 'Parallel', nodes: nodes.map(readNode) }),
  Flatten: ({ path, node }) => ({
    kind: 'Flatten',
    path: path.map(readSegment),
    node: readNode(node),
  }),
  Condition: ({ condition, ifClause, elseClause }) => ({
    kind: 'Condition',
    condition,
    ...(ifClause && { ifClause: readNode(ifClause) }),
    ...(elseClause && { elseClause: readNode(elseClause) }),
  }),
  Fetch: readFetch,
  BatchFetch: readBatch,
  Defer: misplaced,
  Subscription: misplaced,
};

function readNode(node: HiveNode): PlanNode {
  // The table has a reader for each kind, which the compiler cannot follow.
  const read = readers[node.kind] as (one: HiveNode) => PlanNode;
  return read(node);
}

function misplaced({ kind }: HiveNode): never {
  throw new Error(`The second planner gave a ${kind} where none can be`);
}

function readSegment(segment: FlattenNodePathSegment): string {
  if (segment === '@') return '@';
  return 'Field' in segment ? segment.Field : `|${segment.TypeCondition.join('|')}|`;
}

function readFetch(fetch: HiveFetch): FetchNode {
  const { serviceName, operation, operationName, variableUsages, requires } = fetch;
  return {
    kind: 'Fetch',
    serviceName,
    operation,
    operationKind: fetch.operationKind ?? 'query',
    ...(operationName !== undefined && { operationName }),
    ...(variableUsages && { variableUsages }),
    ...(requires && { requires: requires.map(readRequired) }),
    ...readRewrites(fetch),
  };
}

/** Several entity fetches in one: the executor merges them by itself, from as many. */
function readBatch(batch: BatchFetchNode): PlanNode {
  const nodes = batch.entityBatch.aliases.flatMap((part) => {
    const fetch: FetchNode = {
      kind: 'Fetch',
      serviceName: batch.serviceName,
      operation: onlyAlias(batch.operation, part.alias, part.representationsVariableName),
      operationKind: 'query',
      ...(batch.variableUsages && { variableUsages: batch.variableUsages }),
      requires: part.requires.map(readRequired),
      ...readRewrites(part),
    };
    return part.paths.map((path): PlanNode => ({
      kind: 'Flatten',
      path: path.map(readSegment),
      node: fetch,
    }));
  });
  return { kind: 'Parallel', nodes };
}

/** The operation with one of its `_entities`, as if it stood alone. */
function onlyAlias(operation: string, alias: string, variable: string): string {
  const used = new Set<string>();
  const document = visit(parse(operation, { noLocation: true }), {
    OperationDefinition: (node) => {
      const selections = node.selectionSet.selections.flatMap((field) =>
        field.kind === Kind.FIELD && field.alias?.value === alias
          ? [{ ...field, alias: undefined }]
          : [],
      );
      return { ...node, selectionSet: { ...node.selectionSet, selections } };
    },
    Variable: (node) =>
      node.name.value === variable
        ? { ...node, name: { ...node.name, value: 'representations' } }
        : undefined,
  });
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
    FragmentSpread: ({ name }) => void used.add(`...${name.value}`),
  });
  const kept = visit(document, {
    VariableDefinition: ({ variable: { name } }) => (used.has(name.value) ? undefined : null),
    FragmentDefinition: ({ name }) => (used.has(`...${name.value}`) ? undefined : null),
  });
  return stripIgnoredCharacters(print(kept));
}

function readRequired(selection: RequiresSelection): RequiredSelection {
  switch (selection.kind) {
    case 'Field': {
      const { name, alias, selections } = selection;
      return {
        kind: 'Field',
        name,
        ...(alias !== undefined && { alias }),
        ...(selections !== undefined &&
          selections.length > 0 && { selections: selections.map(readRequired) }),
      };
    }
    case 'InlineFragment':
      return {
        kind: 'InlineFragment',
        typeCondition: selection.typeCondition,
        selections: selection.selections.map(readRequired),
      };
    case 'FragmentSpread':
      throw new Error('The second planner spreads a fragment in what it requires');
  }
}

interface Rewritten {
  readonly inputRewrites?: readonly FetchRewrite[];
  readonly outputRewrites?: readonly FetchRewrite[];
}

function readRewrites({
  inputRewrites,
  outputRewrites,
}: Rewritten): Pick<FetchNode, 'inputRewrites' | 'outputRewrites'> {
  return {
    ...(inputRewrites && { inputRewrites: inputRewrites.map(readRewrite) }),
    ...(outputRewrites && { outputRewrites: outputRewrites.map(readRewrite) }),
  };
}

function readRewrite(rewrite: FetchRewrite): Rewrite {
  if ('KeyRenamer' in rewrite) {
    const { path, renameKeyTo } = rewrite.KeyRenamer;
    return { kind: 'KeyRenamer', path: path.flatMap(readKey), renameKeyTo };
  }
  const { path, setValueTo } = 'ValueSetter' in rewrite ? rewrite.ValueSetter : rewrite;
  return { kind: 'ValueSetter', path: path.flatMap(readKey), setValueTo };
}

function readKey(segment: { TypenameEquals: string[] } | { Key: string }): string[] {
  if ('Key' in segment) return [segment.Key];
  // A condition of several types is one that holds for what stands there: the planner writes no other.
  const [type, ...others] = segment.TypenameEquals;
  return type === undefined || others.length > 0 ? [] : [`... on ${type}`];
}
