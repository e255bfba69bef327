import { Kind, type OperationDefinitionNode, parse, type VariableDefinitionNode } from 'graphql';

import type { FetchNode } from '../../plan/plan.ts';

/** An entity fetch taken apart so that it can share a request with others. */
export interface MergeableFetch {
  readonly selection: string;
  readonly variables: readonly VariableDefinitionNode[];
}

/** Reads `query(…){_entities(representations:…){…}}`; undefined for any other shape. */
export function takeApart(fetch: FetchNode): MergeableFetch | undefined {
  if ((fetch.contextRewrites?.length ?? 0) > 0) return undefined;
  const [operation, ...others] = parse(fetch.operation).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) return undefined;
  const field = onlyField(operation);
  if (field?.selectionSet === undefined) return undefined;
  const { start, end } = field.selectionSet.loc ?? { start: 0, end: 0 };
  return {
    selection: fetch.operation.slice(start, end),
    variables: clientVariables(operation),
  };
}

function clientVariables(operation: OperationDefinitionNode): VariableDefinitionNode[] {
  const all = operation.variableDefinitions ?? [];
  return all.filter(({ variable }) => variable.name.value !== 'representations');
}

function onlyField(operation: OperationDefinitionNode) {
  const [first, ...others] = operation.selectionSet.selections;
  const isPlain =
    first?.kind === Kind.FIELD &&
    first.directives?.length === 0 &&
    operation.directives?.length === 0;
  const isEntities = isPlain && others.length === 0 && first.name.value === '_entities';
  return isEntities ? first : undefined;
}
