export {
  type AnyContext,
  type AnyDataSource,
  type GraphQLDataSource,
  type GraphQLDataSourceProcessOptions,
  GraphQLDataSourceRequestKind,
  type ServiceEndpointDefinition,
} from './data-source.ts';
export type { DataSourceHeaders, Fetcher, FetcherRequest, FetcherResponse } from './fetcher.ts';
export type { Healthy } from './health-check.ts';
export {
  IntrospectAndCompose,
  type IntrospectAndComposeOptions,
  type IntrospectedSubgraph,
} from './introspect-and-compose.ts';
export { LocalGraphQLDataSource } from './local-data-source.ts';
export { OperandiGateway } from './operandi-gateway.ts';
export type {
  Caller,
  InitialSupergraph,
  Logger,
  OperandiGatewayOptions,
  ResolvedQueryPlan,
  SupergraphManager,
  SupergraphSdlHook,
  SupergraphSdlHookOptions,
} from './options.ts';
export {
  type ReceivedResponse,
  RemoteGraphQLDataSource,
  type SentRequest,
} from './remote-data-source.ts';
