import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';

/** One operation of a client's document with the fragments it may use. */
export interface ClientDocument {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly rootType: GraphQLObjectType;
  /** Variables that @skip, @include and @defer look at. */
  readonly conditionVariables: readonly string[];
  readonly hasDefer: boolean;
  /** How many fields it has, fragments counted where they are spread. */
  readonly fields: number;
}

interface PickedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly fields: number;
}

/** Picks the operation; undefined when the name leaves none or more than one. */
export function pickOperation(
  document: DocumentNode,
  operationName: string | undefined,
): OperationDefinitionNode | undefined {
  return getOperationAST(document, operationName) ?? undefined;
}

export function createClientDocument(
  schema: GraphQLSchema,
  { document, operation, fields }: PickedOperation,
): ClientDocument {
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) throw new Error(`The schema has no ${operation.operation} type`);
  const all = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) all.set(definition.name.value, definition);
  }
  const conditionVariables = new Set<string>();
  let hasDefer = false;
  const used = new Map<string, FragmentDefinitionNode>();
  scan(operation);
  return {
    operation,
    fragments: used,
    rootType,
    conditionVariables: [...conditionVariables],
    hasDefer,
    fields,
  };

  function scan(node: OperationDefinitionNode | FragmentDefinitionNode): void {
    visit(node, {
      Directive(directive) {
        const name = directive.name.value;
        if (name === 'defer') hasDefer = true;
        else if (name !== 'skip' && name !== 'include') return;
        for (const { value } of directive.arguments ?? []) {
          if (value.kind === Kind.VARIABLE) conditionVariables.add(value.name.value);
        }
      },
      FragmentSpread(spread) {
        const name = spread.name.value;
        const fragment = all.get(name);
        if (fragment === undefined || used.has(name)) return;
        used.set(name, fragment);
        scan(fragment);
      },
    });
  }
}
