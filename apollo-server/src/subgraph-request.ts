import type { GatewayGraphQLRequest } from '@apollo/server-gateway-interface';

type Content = Pick<GatewayGraphQLRequest, 'query' | 'variables' | 'operationName' | 'extensions'>;

/** A request to a subgraph that a data source may look at and change. */
export interface SubgraphTextRequest {
  readonly request: GatewayGraphQLRequest;
  /** The body to send: as it was written where nobody has looked at what is in it. */
  text(): string;
}

const names = ['query', 'variables', 'operationName', 'extensions'] as const;

/** Most hooks change headers only: the body, which may be long, is parsed for those who ask for more. */
export function createSubgraphRequest(
  body: string,
  http: GatewayGraphQLRequest['http'],
): SubgraphTextRequest {
  let content: Content | undefined;
  // The executor wrote it: it is the JSON of a request.
  const parsed = (): Content => (content ??= JSON.parse(body) as Content);
  const request: GatewayGraphQLRequest = http === undefined ? {} : { http };
  for (const name of names) {
    Object.defineProperty(request, name, {
      enumerable: true,
      configurable: true,
      get: () => parsed()[name],
      set: (value: unknown) => Object.assign(parsed(), { [name]: value }),
    });
  }
  return {
    request,
    text: () => (content === undefined ? body : JSON.stringify(content)),
  };
}
