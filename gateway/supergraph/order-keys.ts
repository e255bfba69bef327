import { Kind, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

import { flagArgument } from './join.ts';

/**
 * Puts keys that can be resolved before those that cannot: the planner re-enters a subgraph by the
 * first key it meets and does not look whether that key can be resolved.
 */
export function orderResolvableKeysFirst(supergraph: DocumentNode): DocumentNode {
  const reorder = <T extends { readonly directives?: readonly ConstDirectiveNode[] | undefined }>(
    node: T,
  ): T | undefined => {
    const directives = node.directives ?? [];
    if (!directives.some(isUnresolvable)) return undefined;
    return {
      ...node,
      directives: directives.toSorted(
        (a, b) => Number(isUnresolvable(a)) - Number(isUnresolvable(b)),
      ),
    };
  };
  return visit(supergraph, {
    [Kind.OBJECT_TYPE_DEFINITION]: { enter: reorder },
    [Kind.INTERFACE_TYPE_DEFINITION]: { enter: reorder },
  });
}

function isUnresolvable(directive: ConstDirectiveNode): boolean {
  return directive.name.value === 'join__type' && flagArgument(directive, 'resolvable') === false;
}
