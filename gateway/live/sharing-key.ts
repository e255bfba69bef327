import type { OperationRequest, UpstreamSubscription } from '../operation.ts';
import type { Graph } from '../supergraph/graph.ts';

/** Differ from request to request and mean nothing to a subgraph. */
const isOfRequest = new Set(['traceparent', 'tracestate', 'x-request-id']);

interface Sight {
  readonly graph: Graph;
  /** Plugins look at client headers, so that any of them may matter. */
  readonly seesAllHeaders: boolean;
}

/** Equal for requests that would make the same upstream subscription and see the same events. */
export function sharingKey(
  upstream: UpstreamSubscription,
  request: OperationRequest,
  { graph, seesAllHeaders }: Sight,
): string {
  const seen = seesAllHeaders
    ? sorted(request.headers)
    : [...graph.subgraphs.values()].map((each) => sorted(each.forwarded(request.headers)));
  const { service, query, operationName, variables } = upstream;
  return JSON.stringify([request.identity.key, service, query, operationName, variables, seen]);
}

/** Equal for subscriptions that may share a socket to their subgraph; who calls is known by the identity. */
export function socketKey(identityKey: string, headers: Readonly<Record<string, string>>): string {
  const others = sorted(headers).filter(([name]) => !name.startsWith('x-operandi-'));
  return JSON.stringify([identityKey, others]);
}

function sorted(headers: Readonly<Record<string, string>>): readonly [string, string][] {
  return Object.entries(headers)
    .filter(([name]) => !isOfRequest.has(name))
    .sort(([left], [right]) => (left < right ? -1 : 1));
}
