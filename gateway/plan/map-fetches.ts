import type { ConditionNode, FetchNode, PlanNode, PlanRoot } from './plan.ts';

/** Puts fetches that run side by side in the place of each fetch. */
export type MapFetch = (fetch: FetchNode) => readonly FetchNode[];

export function mapFetches(plan: PlanRoot, map: MapFetch): PlanRoot {
  if (plan.kind !== 'Subscription') return mapNode(plan, map);
  const [primary = plan.primary] = map(plan.primary);
  return { ...plan, primary, ...(plan.rest && { rest: mapNode(plan.rest, map) }) };
}

function mapNode(node: PlanNode, map: MapFetch): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((child) => mapNode(child, map)) };
    case 'Flatten':
      return { ...node, node: mapNode(node.node, map) };
    case 'Condition':
      return mapCondition(node, map);
    case 'Defer': {
      const primary = mapPart(node.primary, map);
      return { ...node, primary, deferred: node.deferred.map((part) => mapPart(part, map)) };
    }
    case 'Fetch': {
      const [only = node, ...others] = map(node);
      return others.length === 0 ? only : { kind: 'Parallel', nodes: [only, ...others] };
    }
  }
}

function mapCondition(node: ConditionNode, map: MapFetch): ConditionNode {
  const { ifClause, elseClause } = node;
  return {
    ...node,
    ...(ifClause && { ifClause: mapNode(ifClause, map) }),
    ...(elseClause && { elseClause: mapNode(elseClause, map) }),
  };
}

function mapPart<T extends { readonly node?: PlanNode }>(part: T, map: MapFetch): T {
  return part.node === undefined ? part : { ...part, node: mapNode(part.node, map) };
}
