import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import type { PlanNode, PlanRoot } from '../plan/plan.ts';

/**
 * Plans an operation; the root fields of a mutation each with all below them, one after another. The planner
 * asks a subgraph for several of them in one request, so that entities of the first would be read after the
 * last has changed them. One fetch that needs nothing after it is left as it is.
 */
export async function planInOrder(
  document: string,
  plan: (document: string) => Promise<PlanRoot | undefined>,
): Promise<PlanRoot | undefined> {
  const whole = await plan(document);
  if (whole?.kind !== 'Sequence') return whole;
  const parsed = parse(document, { noLocation: true });
  const documents = splitMutation(parsed);
  if (documents.length < 2) return whole;
  const plans = await Promise.all(documents.map((one) => plan(print(one))));
  const nodes = plans.filter((node): node is PlanNode => node !== undefined);
  return { kind: 'Sequence', nodes };
}

/** A document for each root field of a mutation, by response key; none for other operations. */
function splitMutation(document: DocumentNode): DocumentNode[] {
  const operation = document.definitions.find(isMutation);
  if (operation === undefined) return [];
  const fragments = document.definitions.filter(isFragment);
  const fields = rootFields(operation.selectionSet, fragments);
  const groups = Map.groupBy(fields, ({ key }) => key);
  return [...groups.values()].map((group) => {
    const selections = group.map(({ selection }) => selection);
    const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections };
    return {
      ...document,
      definitions: document.definitions.map((definition) =>
        definition === operation ? { ...operation, selectionSet } : definition,
      ),
    };
  });
}

interface RootField {
  readonly key: string;
  /** The field within the fragments around it. */
  readonly selection: SelectionNode;
}

function rootFields(
  set: SelectionSetNode,
  fragments: readonly FragmentDefinitionNode[],
): RootField[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return rootField(selection);
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : inline(selection);
    if (fragment === undefined) return [];
    return rootFields(fragment.selectionSet, fragments).map(({ key, selection: inner }) => ({
      key,
      selection: {
        ...fragment,
        selectionSet: { kind: Kind.SELECTION_SET, selections: [inner] },
      } satisfies InlineFragmentNode,
    }));
  });

  function inline(
    spread: Extract<SelectionNode, { kind: Kind.FRAGMENT_SPREAD }>,
  ): InlineFragmentNode | undefined {
    const found = fragments.find(({ name }) => name.value === spread.name.value);
    if (found === undefined) return undefined;
    const { typeCondition, selectionSet } = found;
    const { directives = [] } = spread;
    return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, directives };
  }
}

/** `__typename` is known without a subgraph. */
function rootField(field: FieldNode): RootField[] {
  if (field.name.value === '__typename') return [];
  return [{ key: field.alias?.value ?? field.name.value, selection: field }];
}

function isMutation(
  definition: DocumentNode['definitions'][number],
): definition is OperationDefinitionNode {
  return (
    definition.kind === Kind.OPERATION_DEFINITION &&
    definition.operation === OperationTypeNode.MUTATION
  );
}

function isFragment(
  definition: DocumentNode['definitions'][number],
): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
}
