import {
  type DocumentNode,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';

import { mapFetches } from './map-fetches.ts';
import type { FetchNode, PlanRoot } from './plan.ts';
import type { SharedMembers } from './share-members.ts';

/** Undoes `shareMembers` in a plan: no subgraph is asked about types it does not know. */
export function leaveOutUnknown(
  plan: PlanRoot | undefined,
  { unknown }: SharedMembers,
): PlanRoot | undefined {
  if (plan === undefined || unknown.size === 0) return plan;
  return mapFetches(plan, (fetch) => [withoutTypes(fetch, unknown.get(fetch.serviceName))]);
}

function withoutTypes(fetch: FetchNode, types: ReadonlySet<string> | undefined): FetchNode {
  if (types === undefined || ![...types].some((type) => fetch.operation.includes(type)))
    return fetch;
  const document = visit(parse(fetch.operation, { noLocation: true }), {
    InlineFragment: ({ typeCondition }) =>
      typeCondition !== undefined && types.has(typeCondition.name.value) ? null : undefined,
    SelectionSet: { leave: orTypename },
  });
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  const { variableUsages } = fetch;
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(withVariables(document, used))),
    ...(variableUsages && { variableUsages: variableUsages.filter((name) => used.has(name)) }),
  };
}

function orTypename(set: SelectionSetNode): SelectionSetNode | undefined {
  if (set.selections.length > 0) return undefined;
  const name = { kind: Kind.NAME, value: '__typename' } as const;
  return { ...set, selections: [{ kind: Kind.FIELD, name }] };
}

function withVariables(document: DocumentNode, used: ReadonlySet<string>): DocumentNode {
  return visit(document, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
}
