import type { PlanNode, PlanRoot } from '../planning/plan.ts';
import type { DataObject } from './data.ts';

/**
 * Equal entities at many places become one object: it is filled once and written once. Two objects are
 * joined when all they hold so far is the same; every fetch keys its fields by their arguments, so what
 * one place adds is right for the others too.
 */
export class Sharing {
  /** Objects that stand at more than one place. */
  readonly shared = new Set<DataObject>();
  /** Objects some fetch fills: they have to stay where they are. */
  readonly awaiting = new Set<DataObject>();

  canReplace(object: DataObject, other: DataObject): boolean {
    return !this.awaiting.has(object) && holdsTheSame(object, other);
  }
}

function holdsTheSame(object: DataObject, other: DataObject): boolean {
  for (const key in object) if (object[key] !== other[key]) return false;
  for (const key in other) if (object[key] !== other[key]) return false;
  return true;
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
