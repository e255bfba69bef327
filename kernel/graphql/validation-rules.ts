import {
  type ASTVisitor,
  type DirectiveNode,
  type FragmentDefinitionNode,
  getEnterLeaveForKind,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  SingleFieldSubscriptionsRule,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** The rules documents are held to: those of the specification of September 2025, and introspection as wished. */
export function validationRules(isIntrospectionAllowed: boolean): readonly ValidationRule[] {
  return isIntrospectionAllowed ? rules : [...rules, NoSchemaIntrospectionCustomRule];
}

const rules = specifiedRules.map((rule) =>
  rule === SingleFieldSubscriptionsRule ? SureFieldSubscriptionsRule : rule,
);

/**
 * A subscription has one root field, and no variable decides which (GraphQL specification § 5.2.4.1):
 * graphql-js 16 has the older rule, and throws where a variable would decide.
 */
function SureFieldSubscriptionsRule(context: ValidationContext): ASTVisitor {
  const single = SingleFieldSubscriptionsRule(context);
  const { enter: check } = getEnterLeaveForKind(single, Kind.OPERATION_DEFINITION);
  return {
    OperationDefinition: (...visited) => {
      const [operation] = visited;
      const condition =
        operation.operation === OperationTypeNode.SUBSCRIPTION
          ? conditionOfRoot(operation, (name) => context.getFragment(name))
          : undefined;
      if (condition === undefined) return void check?.call(single, ...visited);
      const message = `${nameOf(operation)} must not use @${condition.name.value} in its top level selection.`;
      context.reportError(new GraphQLError(message, { nodes: [condition] }));
    },
  };
}

function nameOf({ name }: OperationDefinitionNode): string {
  return name === undefined ? 'Anonymous Subscription' : `Subscription "${name.value}"`;
}

/** The first @skip or @include that stands on a root field or on a fragment around one. */
function conditionOfRoot(
  { selectionSet }: OperationDefinitionNode,
  fragmentNamed: (name: string) => FragmentDefinitionNode | null | undefined,
): DirectiveNode | undefined {
  const spread = new Set<string>();
  return find(selectionSet);

  function find({ selections }: SelectionSetNode): DirectiveNode | undefined {
    for (const selection of selections) {
      const condition = selection.directives?.find(isCondition);
      if (condition !== undefined) return condition;
      const below = selection.kind === Kind.FIELD ? undefined : setOf(selection);
      const found = below && find(below);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function setOf(
    selection: Exclude<SelectionSetNode['selections'][number], { kind: Kind.FIELD }>,
  ): SelectionSetNode | undefined {
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet;
    const name = selection.name.value;
    if (spread.has(name)) return undefined;
    spread.add(name);
    return fragmentNamed(name)?.selectionSet;
  }
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include';
}
