import {
  type DocumentNode,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  visit,
  visitInParallel,
} from 'graphql';

import type { JsonObject } from '../../../kernel/json.ts';
import type { RandomOperation } from './random-operation.ts';

/** Leaves out of an operation, one after another, whatever it fails without. */
export async function shrinkOperation(
  operation: RandomOperation,
  fails: (smaller: RandomOperation) => Promise<boolean>,
): Promise<RandomOperation> {
  let current = operation;
  for (let index = 0; ;) {
    const smaller = without(current, index);
    if (smaller === undefined) return current;
    if (smaller.query !== current.query && (await fails(smaller))) current = smaller;
    else index++;
  }
}

/** The operation without its selection, directive or argument of that number. */
function without(
  { query, variables }: RandomOperation,
  index: number,
): RandomOperation | undefined {
  let seen = 0;
  const drop = (): null | undefined => (seen++ === index ? null : undefined);
  const smaller = visit(parse(query, { noLocation: true }), {
    Field: drop,
    FragmentSpread: drop,
    InlineFragment: drop,
    Directive: drop,
    Argument: drop,
  });
  if (seen <= index) return undefined;
  const filled = visit(smaller, { SelectionSet: orTypename });
  return { query: print(withoutUnused(filled)), variables: used(filled, variables) };
}

function orTypename(set: SelectionSetNode): SelectionSetNode | undefined {
  if (set.selections.length > 0) return undefined;
  return {
    ...set,
    selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
  };
}

function withoutUnused(document: DocumentNode): DocumentNode {
  const names = new Set<string>();
  visit(
    document,
    visitInParallel([
      { FragmentSpread: ({ name }) => void names.add(`...${name.value}`) },
      {
        Variable: ({ name }, _key, parent) => {
          const isDefinition =
            parent && 'kind' in parent && parent.kind === Kind.VARIABLE_DEFINITION;
          if (!isDefinition) names.add(`$${name.value}`);
        },
      },
    ]),
  );
  const smaller = visit(document, {
    FragmentDefinition: ({ name }) => (names.has(`...${name.value}`) ? undefined : null),
    VariableDefinition: ({ variable }) => (names.has(`$${variable.name.value}`) ? undefined : null),
  });
  return print(smaller) === print(document) ? document : withoutUnused(smaller);
}

function used(document: DocumentNode, variables: JsonObject): JsonObject {
  const text = print(withoutUnused(document));
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => new RegExp(`\\$${name}\\b`).test(text)),
  );
}
