import {
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isAbstractType,
  isObjectType,
  Kind,
} from 'graphql';

import type { TypeIndex } from '../../supergraph/type-index.ts';

export interface FragmentContext {
  readonly schema: GraphQLSchema;
  readonly types: TypeIndex;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/**
 * A fragment on another abstract type than the `@interfaceObject` it stands on, once for each concrete type
 * that both have: the planner has no way from such an object to the other type. None for one that cannot apply
 * to the concrete type it has come to stand on, undefined for any other fragment.
 */
export function concreteFragments(
  node: FragmentSpreadNode | InlineFragmentNode,
  parent: GraphQLCompositeType,
  { schema, types, fragments }: FragmentContext,
): readonly InlineFragmentNode[] | undefined {
  const fragment = definitionOf(node, fragments);
  const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
  if (!fragment || !condition || condition === parent) return undefined;
  if (isObjectType(condition)) return isObjectType(parent) ? [] : undefined;
  if (!isOutOfReach(node, parent, types)) return undefined;
  const possible = isObjectType(parent) ? [parent] : schema.getPossibleTypes(parent);
  return possible
    .filter((type) => isAbstractType(condition) && schema.isSubType(condition, type))
    .map((type) => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
      selectionSet: fragment.selectionSet,
      ...(node.directives && { directives: node.directives }),
    }));
}

function isOutOfReach(
  { directives }: FragmentSpreadNode | InlineFragmentNode,
  parent: GraphQLCompositeType,
  types: TypeIndex,
): boolean {
  const isDeferred = directives?.some(({ name }) => name.value === 'defer') === true;
  const around = isObjectType(parent) ? [parent, ...parent.getInterfaces()] : [parent];
  return !isDeferred && around.some(({ name }) => types.isInterfaceObject(name));
}

function definitionOf(
  node: FragmentSpreadNode | InlineFragmentNode,
  fragments: FragmentContext['fragments'],
): FragmentDefinitionNode | InlineFragmentNode | undefined {
  return node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
}
