import { parseJson, type JsonObject } from '../../kernel/json.ts';
import type { OperationRequest } from '../operation.ts';
import type { ExecutorContext, Exposure } from './executor-context.ts';
import type { Run } from './run.ts';
import type { Variant } from './operation/variant.ts';

/** Headers by which a client asks to see how its answer came about, as clients of Apollo Router send them. */
export const exposingHeaders = {
  queryPlan: 'apollo-expose-query-plan',
  cache: 'apollo-cache-debugging',
} as const;

/** What a caller who asks for it, and may, is told of how the answer came about. */
export async function exposedTo(
  request: OperationRequest,
  { expose }: ExecutorContext,
  { run, variant }: { readonly run: Run; readonly variant: Variant },
): Promise<JsonObject | undefined> {
  const showsPlan = asks(request, 'queryPlan', expose.queryPlan);
  const showsCache = asks(request, 'cache', expose.cache) && run.cache !== undefined;
  if (!showsPlan && !showsCache) return undefined;
  return {
    ...(showsPlan && { apolloQueryPlan: await planOf(variant) }),
    ...(showsCache && { apolloCacheDebugging: { version: '1.0', data: notesOf(run) } }),
  };
}

function asks(
  { headers, identity }: OperationRequest,
  what: keyof typeof exposingHeaders,
  exposure: Exposure,
): boolean {
  if (exposure === 'nobody' || headers[exposingHeaders[what]] !== 'true') return false;
  return exposure === 'everybody' || identity.scopes?.includes(exposure.scope) === true;
}

async function planOf({ operation: { plan } }: Variant): Promise<JsonObject> {
  // Loaded here: with it comes a planner, which otherwise runs in a thread of its own.
  const { explainPlan } = await import('../plan/explain.ts');
  return { object: copy({ kind: 'QueryPlan', node: plan }), text: explainPlan(plan) };
}

function notesOf({ cache }: Run): JsonObject[] {
  return (cache?.notes ?? []).map(copy);
}

/** Plain data, as JSON has it. */
function copy(value: object): JsonObject {
  return parseJson(JSON.stringify(value)) as JsonObject;
}
