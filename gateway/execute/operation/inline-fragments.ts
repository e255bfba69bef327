import {
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import { OperationRefused } from '../../operation.ts';

/** Spreads may multiply: a deferred document larger than this is refused, not inlined. */
const MAX_SELECTIONS = 20_000;

/** Replaces every spread by its fragment, so that each @defer of the operation has a place of its own. */
export function inlineFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): OperationDefinitionNode {
  let count = 0;
  return { ...operation, selectionSet: inlineSet(operation.selectionSet) };

  function inlineSet(set: SelectionSetNode): SelectionSetNode {
    return { ...set, selections: set.selections.map((selection) => inlineSelection(selection)) };
  }

  function inlineSelection(selection: SelectionNode): SelectionNode {
    if (++count > MAX_SELECTIONS) {
      throw new OperationRefused([
        {
          message: 'The operation is too large to be deferred',
          extensions: { code: 'LIMIT_EXCEEDED' },
        },
      ]);
    }
    if (selection.kind !== Kind.FRAGMENT_SPREAD) {
      return selection.selectionSet
        ? { ...selection, selectionSet: inlineSet(selection.selectionSet) }
        : selection;
    }
    const fragment = fragments.get(selection.name.value);
    if (fragment === undefined) throw new Error(`Unknown fragment ${selection.name.value}`);
    return {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: fragment.typeCondition,
      selectionSet: inlineSet(fragment.selectionSet),
      ...(selection.directives && { directives: selection.directives }),
    };
  }
}
