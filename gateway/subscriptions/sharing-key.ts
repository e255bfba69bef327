import type { OperationRequest, UpstreamSubscription } from '../operation.ts';

// Headers that differ from client to client without meaning anything to a subgraph.
const ofConnection = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'connection',
  'content-length',
  'content-type',
  'host',
  'origin',
  'pragma',
  'referer',
  'traceparent',
  'tracestate',
  'upgrade',
  'user-agent',
  'x-request-id',
]);

/** Equal for requests that would make the same upstream subscription and see the same events. */
export function sharingKey(upstream: UpstreamSubscription, request: OperationRequest): string {
  const headers = Object.entries(request.headers)
    .filter(([name]) => !ofConnection.has(name) && !name.startsWith('sec-'))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const { service, query, operationName, variables } = upstream;
  return JSON.stringify([request.identity.key, service, query, operationName, variables, headers]);
}
