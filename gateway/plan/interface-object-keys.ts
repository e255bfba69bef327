import { mapFetches } from './map-fetches.ts';
import type { FetchNode, PlanRoot, RequiredSelection } from './plan.ts';

type RequiredFragment = Extract<RequiredSelection, { kind: 'InlineFragment' }>;

/**
 * What a field of an interface object requires the planner asks of objects of all types, although only those of one
 * are to be asked for the field: others would be sent without a key, and what the subgraph says of that be told. So it
 * is put beside the key of each type that is meant.
 */
export function keyInterfaceObjects(plan: PlanRoot | undefined): PlanRoot | undefined {
  return plan && mapFetches(plan, (fetch) => [withKeys(fetch)]);
}

function withKeys(fetch: FetchNode): FetchNode {
  const { requires = [], inputRewrites = [] } = fetch;
  // By type condition: the interface object that stands for it.
  const standIns = new Map<string, string>();
  for (const rewrite of inputRewrites) {
    const condition = /^\.\.\. on (\w+)$/.exec(rewrite.path[0] ?? '')?.[1];
    if (rewrite.kind !== 'ValueSetter' || condition === undefined) continue;
    if (typeof rewrite.setValueTo === 'string') standIns.set(condition, rewrite.setValueTo);
  }
  const keyless = requires.filter((one): one is RequiredFragment => isKeyless(one, standIns));
  if (keyless.length === 0) return fetch;
  return {
    ...fetch,
    requires: requires
      .filter((one) => !isKeyless(one, standIns))
      .map((one) => withRequired(one, keyless, standIns)),
  };
}

/** A fragment on the interface itself, where objects are keyed by their own types. */
function isKeyless(selection: RequiredSelection, standIns: ReadonlyMap<string, string>): boolean {
  if (selection.kind !== 'InlineFragment' || selection.typeCondition === undefined) return false;
  const { typeCondition } = selection;
  return !standIns.has(typeCondition) && [...standIns.values()].includes(typeCondition);
}

function withRequired(
  selection: RequiredSelection,
  keyless: readonly RequiredFragment[],
  standIns: ReadonlyMap<string, string>,
): RequiredSelection {
  if (selection.kind !== 'InlineFragment' || selection.typeCondition === undefined)
    return selection;
  const standIn = standIns.get(selection.typeCondition);
  const more = keyless.filter(({ typeCondition }) => typeCondition === standIn);
  return { ...selection, selections: [...selection.selections, ...more] };
}
