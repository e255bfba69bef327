import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { Kind, print } from 'graphql';
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
  const known = new WeakMap<Planner, LRUCache<string, Promise<QueryPlan>>>();
  const plan = (planner: Planner, text: string): Promise<QueryPlan> => {
    const plans = known.get(planner) ?? new LRUCache<string, Promise<QueryPlan>>({ max: 1_000 });
    known.set(planner, plans);
    const found = plans.get(text) ?? planOf(planner, text);
    plans.set(text, found);
    return found;
  };
  return async (planner, incoming) => {
    const format = isExposed ? formatFor(incoming) : undefined;
    if (format === undefined && !debug && onPlan === undefined) return undefined;
    const queryPlan = await plan(planner, textOfOperation(incoming));
    onPlan?.({ queryPlan, requestContext: incoming });
    if (debug) logger.debug(await textOf(queryPlan));
    if (format === undefined) return undefined;
    return { __queryPlanExperimental: await inFormat(queryPlan, format) };
  };
}

/** As the client asks for it; undefined where it does not. */
function formatFor({ request }: GatewayGraphQLRequestContext): string | undefined {
  const headers = request.http?.headers;
  if (!headers?.get(header)) return undefined;
  return headers.get(`${header}-format`) ?? 'prettified';
}

/** The one operation of a document that may have several. */
function textOfOperation({ document, operation }: GatewayGraphQLRequestContext): string {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return print({ kind: Kind.DOCUMENT, definitions: [operation, ...fragments] });
}

async function inFormat(queryPlan: QueryPlan, format: string): Promise<unknown> {
  if (format === 'internal') return queryPlan;
  return format === 'prettified' ? textOf(queryPlan) : true;
}

async function planOf(planner: Planner, text: string): Promise<QueryPlan> {
  const node = await planner.plan(text);
  return { kind: 'QueryPlan', ...(node && { node }) };
}

async function textOf(queryPlan: QueryPlan): Promise<string | true> {
  if (queryPlan.node === undefined) return true;
  // Loaded by who looks at plans: the planner itself works in another thread.
  const { prettyFormatQueryPlan } = await import('@apollo/query-planner');
  // Plans are the planner's own nodes as JSON.
  return prettyFormatQueryPlan(queryPlan as Parameters<typeof prettyFormatQueryPlan>[0]);
}
