import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Values of the variables that decide which selections count. */
export type Conditions = Readonly<Record<string, boolean>>;

/** What collecting fields depends on besides the selections. */
export interface CollectOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: Conditions;
  /** True when deferred fragments come later and are left out here. */
  readonly isDeferring: boolean;
}

/** Fields of one object type by response key, in the order graphql-js would give them. */
export function collectFields(
  sets: readonly SelectionSetNode[],
  type: GraphQLObjectType | GraphQLInterfaceType,
  options: CollectOptions,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  for (const set of sets) visitSet(set);
  return fields;

  function visitSet(set: SelectionSetNode): void {
    for (const selection of set.selections) {
      if (isIncluded(selection.directives, options.conditions)) visitSelection(selection);
    }
  }

  function visitSelection(selection: SelectionNode): void {
    if (selection.kind === Kind.FIELD) {
      addField(selection);
    } else if (options.isDeferring && isDeferred(selection, options.conditions)) {
      return;
    } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
      visitSpread(selection.name.value);
    } else if (matches(selection.typeCondition?.name.value)) {
      visitSet(selection.selectionSet);
    }
  }

  function addField(field: FieldNode): void {
    const key = field.alias?.value ?? field.name.value;
    const known = fields.get(key);
    if (known === undefined) fields.set(key, [field]);
    else known.push(field);
  }

  function visitSpread(name: string): void {
    const fragment = options.fragments.get(name);
    if (fragment === undefined || spread.has(name)) return;
    spread.add(name);
    if (matches(fragment.typeCondition.name.value)) visitSet(fragment.selectionSet);
  }

  function matches(condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const conditional = options.schema.getType(condition);
    return isAbstractType(conditional) && options.schema.isSubType(conditional, type);
  }
}

/** @skip wins over @include, as the specification says. */
export function isIncluded(
  directives: readonly DirectiveNode[] | undefined,
  conditions: Conditions,
): boolean {
  if (directives === undefined) return true;
  return directives.every((directive) => {
    const name = directive.name.value;
    if (name === 'skip') return !readIf(directive, conditions, false);
    return name !== 'include' || readIf(directive, conditions, true);
  });
}

/** True for a selection that no value of any variable brings in: the planner would drop its parent too. */
export function isNeverIncluded(directives: readonly DirectiveNode[] | undefined): boolean {
  return (
    directives?.some(({ name, arguments: given }) => {
      const value = given?.find((argument) => argument.name.value === 'if')?.value;
      const excluding = name.value === 'skip' ? true : name.value === 'include' ? false : undefined;
      return value?.kind === Kind.BOOLEAN && value.value === excluding;
    }) === true
  );
}

function isDeferred(selection: SelectionNode, conditions: Conditions): boolean {
  const directive = selection.directives?.find(({ name }) => name.value === 'defer');
  return directive !== undefined && isInForce(directive, conditions);
}

/** Whether a @defer is to be followed. */
export function isInForce(directive: DirectiveNode, conditions: Conditions): boolean {
  return readIf(directive, conditions, true);
}

function readIf(directive: DirectiveNode, conditions: Conditions, absent: boolean): boolean {
  const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
  if (value?.kind === Kind.BOOLEAN) return value.value;
  return value?.kind === Kind.VARIABLE ? conditions[value.name.value] === true : absent;
}
