import { type DirectiveNode, Kind } from 'graphql';

import {
  type Conditions,
  isIncluded,
  isInForce,
  isNeverIncluded,
} from '../../answer/projection/collect-fields.ts';

/**
 * The directives of a selection as the planner gets them; undefined: the selection does not count. With known
 * conditions none of them is left to the planner, which loses some on the way to what a field requires.
 */
export function settleDirectives(
  directives: readonly DirectiveNode[],
  conditions: Conditions | undefined,
): readonly DirectiveNode[] | undefined {
  if (directives.length === 0) return directives;
  if (conditions === undefined) return isNeverIncluded(directives) ? undefined : directives;
  if (!isIncluded(directives, conditions)) return undefined;
  return directives.flatMap((directive) => {
    const name = directive.name.value;
    if (name === 'skip' || name === 'include') return [];
    if (name !== 'defer') return [directive];
    return isInForce(directive, conditions) ? [withoutCondition(directive)] : [];
  });
}

function withoutCondition(directive: DirectiveNode): DirectiveNode {
  const given = directive.arguments?.filter(({ name }) => name.value !== 'if') ?? [];
  return { kind: Kind.DIRECTIVE, name: directive.name, arguments: given };
}
