import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { LRUCache } from 'lru-cache';

import type { Planner } from '../../gateway/plan/planner.ts';
import type { Logger, OperandiGatewayOptions, ResolvedQueryPlan } from './options.ts';

/** What is shown of a plan. */
export type ShownPlan = { readonly __queryPlanExperimental: unknown } | undefined;

/** Shows plans to those who are to see them, and makes them only then. */
export type ShowPlan = (
  planner: Planner,
  incoming: GatewayGraphQLRequestContext,
) => Promise<ShownPlan>;

interface ShowOptions extends Pick<
  OperandiGatewayOptions,
  'experimental_didResolveQueryPlan' | 'debug'
> {
  readonly isExposed: boolean;
  readonly logger: Logger;
}

type QueryPlan = ResolvedQueryPlan['queryPlan'];

const header = 'apollo-query-plan-experimental';

/** Plans shown are those of @apollo/query-planner, before fetches of one level are merged. */
export function createShowPlan(options: ShowOptions): ShowPlan {
  const { isExposed, debug = false, logger, experimental_didResolveQueryPlan: onPlan } = options;
  const known = new LRUCache<string, Promise<QueryPlan>>({ max: 1_000 });
  const plan = (planner: Planner, source: string): Promise<QueryPlan> => {
    const found = known.get(source) ?? planOf(planner, source);
    known.set(source, found);
    return found;
  };
  return async (planner, incoming) => {
    const headers = incoming.request.http?.headers;
    const isAsked = isExposed && Boolean(headers?.get(header));
    if (!isAsked && !debug && onPlan === undefined) return undefined;
    const queryPlan = await plan(planner, incoming.source);
    onPlan?.({ queryPlan, requestContext: incoming });
    if (debug) logger.debug(await textOf(queryPlan));
    if (!isAsked) return undefined;
    return { __queryPlanExperimental: await inFormat(queryPlan, headers?.get(`${header}-format`)) };
  };
}

async function inFormat(queryPlan: QueryPlan, format: string | null | undefined): Promise<unknown> {
  if (format === 'internal') return queryPlan;
  return (format ?? 'prettified') === 'prettified' ? textOf(queryPlan) : true;
}

async function planOf(planner: Planner, source: string): Promise<QueryPlan> {
  const node = await planner.plan(source);
  return { kind: 'QueryPlan', ...(node && { node }) };
}

async function textOf(queryPlan: QueryPlan): Promise<string | true> {
  if (queryPlan.node === undefined) return true;
  // Loaded by who looks at plans: the planner itself works in another thread.
  const { prettyFormatQueryPlan } = await import('@apollo/query-planner');
  // Plans are the planner's own nodes as JSON.
  return prettyFormatQueryPlan(queryPlan as Parameters<typeof prettyFormatQueryPlan>[0]);
}
