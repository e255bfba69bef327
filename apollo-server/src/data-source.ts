import type {
  GatewayGraphQLRequest,
  GatewayGraphQLRequestContext,
  GatewayGraphQLResponse,
} from '@apollo/server-gateway-interface';
import type { DocumentNode } from 'graphql';

/** Why a subgraph is asked. */
export const GraphQLDataSourceRequestKind = {
  INCOMING_OPERATION: 'incoming operation',
  HEALTH_CHECK: 'health check',
  LOADING_SCHEMA: 'loading schema',
} as const;

type Kinds = typeof GraphQLDataSourceRequestKind;

/** What an application puts into the context of a request. */
export type AnyContext = Record<string, unknown>;

/** One request to a subgraph, and for what it is made. */
export type GraphQLDataSourceProcessOptions<TContext extends object = AnyContext> = {
  readonly request: GatewayGraphQLRequest;
} & (
  | {
      readonly kind: Kinds['INCOMING_OPERATION'];
      readonly incomingRequestContext: GatewayGraphQLRequestContext<TContext>;
      readonly context: TContext;
      readonly document?: DocumentNode;
    }
  | {
      readonly kind: Kinds['HEALTH_CHECK'] | Kinds['LOADING_SCHEMA'];
      readonly context: TContext;
    }
);

/** The way to one subgraph, as an application writes it. */
export interface GraphQLDataSource<TContext extends object = AnyContext> {
  process(options: GraphQLDataSourceProcessOptions<TContext>): Promise<GatewayGraphQLResponse>;
}

/** A data source of whatever context, from this package or another. */
export interface AnyDataSource {
  process(options: never): Promise<GatewayGraphQLResponse>;
}

/** Asks a data source; that it knows the context it is given is the application's word. */
export function askDataSource(
  source: AnyDataSource,
  options: GraphQLDataSourceProcessOptions,
): Promise<GatewayGraphQLResponse> {
  return source.process(options as never);
}

/** A subgraph as the supergraph names it. */
export interface ServiceEndpointDefinition {
  readonly name: string;
  readonly url?: string;
}
