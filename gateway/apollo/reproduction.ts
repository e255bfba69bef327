import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

import { inlineFragments } from '../execute/operation/inline-fragments.ts';
import type { OperationSource } from '../operation.ts';
import type { Difference } from './compare-answers.ts';

/**
 * The part of an operation that leads to where two answers differ, with nothing that a client put into it: literals
 * are replaced, variables keep their names only.
 */
export function reproductionOf(
  { query, operationName }: OperationSource,
  differences: readonly Difference[],
): string {
  const document = parse(query, { noLocation: true });
  const operation = getOperationAST(document, operationName);
  if (!operation) return '';
  const whole = inlineFragments(operation, fragmentsOf(document));
  const paths = differences.map(({ path }) => path.filter((key) => key !== '@'));
  const selectionSet = keepSet(whole.selectionSet, paths);
  return print(withoutValues(withoutUnused({ ...whole, selectionSet })));
}

type Path = readonly string[];

/** What a path ends at is kept with everything below. */
function keepSet(set: SelectionSetNode, paths: readonly Path[]): SelectionSetNode {
  if (paths.some((path) => path.length === 0)) return set;
  const selections = set.selections.flatMap((selection) => keep(selection, paths));
  return { ...set, selections: selections.length > 0 ? selections : [typename] };
}

const typename: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};

function keep(selection: SelectionNode, paths: readonly Path[]): readonly SelectionNode[] {
  if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
  if (selection.kind === Kind.INLINE_FRAGMENT) {
    const selectionSet = keepSet(selection.selectionSet, paths);
    return selectionSet.selections[0] === typename ? [] : [{ ...selection, selectionSet }];
  }
  const key = selection.alias?.value ?? selection.name.value;
  const below = paths.filter(([first]) => first === key).map(([, ...rest]) => rest);
  if (below.length === 0) return [];
  const { selectionSet } = selection;
  return [selectionSet ? { ...selection, selectionSet: keepSet(selectionSet, below) } : selection];
}

function withoutUnused(operation: OperationDefinitionNode): OperationDefinitionNode {
  const used = new Set<string>();
  visit(operation, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  const definitions = operation.variableDefinitions?.filter(({ variable }) =>
    used.has(variable.name.value),
  );
  return { ...operation, variableDefinitions: definitions ?? [] };
}

function withoutValues(node: ASTNode): ASTNode {
  return visit(node, {
    IntValue: (value) => ({ ...value, value: '0' }),
    FloatValue: (value) => ({ ...value, value: '0' }),
    StringValue: (value) => ({ ...value, value: '', block: false }),
    ListValue: (value) => ({ ...value, values: [] }),
    ObjectValue: (value) => ({ ...value, fields: [] }),
  });
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION
        ? [[definition.name.value, definition] as const]
        : [],
    ),
  );
}
