import type { PlanNode, PlanRoot } from '../../plan/plan.ts';
import { type DataObject, type DataValue, isDataObject } from '../data.ts';

/**
 * Equal entities at many places become one object: it is filled once and written once. Two objects are
 * joined when all they hold so far is the same; every fetch keys its fields by their arguments, so what
 * one place adds is right for the others too.
 */
export class Sharing {
  /** Objects that stand at more than one place. */
  readonly shared = new Set<DataObject>();
  readonly #awaiting = new Set<DataObject>();
  readonly #lists: { readonly targets: readonly DataObject[]; noted: number }[] = [];

  /** Tells of objects that some fetch fills: they have to stay where they are. More may be added until the next call. */
  await(targets: readonly DataObject[]): void {
    this.#lists.push({ targets, noted: 0 });
  }

  /** Whether `other` can stand in the place of `object`, with all that lies below. */
  canReplace(object: DataObject, other: DataObject): boolean {
    if (this.#isAwaiting(object)) return false;
    for (const key in object) if (!this.#isSame(object[key], other[key])) return false;
    for (const key in other)
      if (object[key] === undefined && other[key] !== undefined) return false;
    return true;
  }

  // Noted when somebody asks, as in most answers no object stands at two places.
  #isAwaiting(object: DataObject): boolean {
    for (const list of this.#lists)
      for (; list.noted < list.targets.length; list.noted += 1) {
        const target = list.targets[list.noted];
        if (target !== undefined) this.#awaiting.add(target);
      }
    if (this.#lists.length > 1) this.#lists.splice(0, this.#lists.length - 1);
    return this.#awaiting.has(object);
  }

  #isSame(value: DataValue | undefined, other: DataValue | undefined): boolean {
    if (value === other) return true;
    if (Array.isArray(value)) {
      if (!Array.isArray(other) || value.length !== other.length) return false;
      return value.every((item, index) => this.#isSame(item, other[index]));
    }
    return isDataObject(value) && isDataObject(other) && this.canReplace(value, other);
  }
}

/** False for plans with `@fromContext`: there an entity depends on the place where it stands. */
export function mayShare(plan: PlanRoot | undefined): boolean {
  if (plan?.kind === 'Fetch') return (plan.contextRewrites?.length ?? 0) === 0;
  return childrenOf(plan).every(mayShare);
}

function childrenOf(
  node: Exclude<PlanRoot, { kind: 'Fetch' }> | undefined,
): (PlanNode | undefined)[] {
  switch (node?.kind) {
    case undefined:
      return [];
    case 'Sequence':
    case 'Parallel':
      return [...node.nodes];
    case 'Flatten':
      return [node.node];
    case 'Condition':
      return [node.ifClause, node.elseClause];
    case 'Defer':
      return [node.primary.node, ...node.deferred.map((part) => part.node)];
    case 'Subscription':
      return [node.rest];
  }
}
