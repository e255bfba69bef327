import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';

import type { AnyDataSource, ServiceEndpointDefinition } from './data-source.ts';

/** What a function or manager that provides the supergraph may call. */
export interface SupergraphSdlHookOptions {
  /** Puts another supergraph in force as soon as it is loaded; one that is no good is logged, and the old one stays. */
  readonly update: (updatedSupergraphSdl: string) => void;
  /** Asks all subgraphs of a supergraph for a sign of life; rejects when one gives none. */
  readonly healthCheck: (supergraphSdl: string) => Promise<void>;
  readonly getDataSource: (definition: ServiceEndpointDefinition) => AnyDataSource;
}

/** The first supergraph, and what is to be called when the gateway stops. */
export interface InitialSupergraph {
  readonly supergraphSdl: string;
  readonly cleanup?: () => Promise<void>;
}

/** Provides the supergraph and may change it later. */
export type SupergraphSdlHook = (options: SupergraphSdlHookOptions) => Promise<InitialSupergraph>;

/** Provides the supergraph and may change it later. */
export interface SupergraphManager {
  initialize(options: SupergraphSdlHookOptions): Promise<InitialSupergraph>;
}

/** Where messages go. */
export interface Logger {
  debug(message?: unknown): void;
  info(message?: unknown): void;
  warn(message?: unknown): void;
  error(message?: unknown): void;
}

/** What access rules of the supergraph (`@authenticated`, `@requiresScopes`, `@policy`) are held against. */
export interface Caller {
  readonly isAuthenticated: boolean;
  readonly scopes?: readonly string[];
  readonly policies?: readonly string[];
}

/** A plan, for those who look at plans. */
export interface ResolvedQueryPlan {
  readonly queryPlan: { readonly kind: 'QueryPlan'; readonly node?: object };
  readonly requestContext: GatewayGraphQLRequestContext;
}

/** What `OperandiGateway` is made of: the options of ApolloGateway, and three of its own. */
export interface OperandiGatewayOptions {
  readonly supergraphSdl: string | SupergraphSdlHook | SupergraphManager;
  /** The way to a subgraph. @default a RemoteGraphQLDataSource for its URL */
  readonly buildService?: (definition: ServiceEndpointDefinition) => AnyDataSource;
  /** A supergraph is put in force only when all its subgraphs answer. @default false */
  readonly serviceHealthCheck?: boolean;
  /** Shows the plan to who sends the header `apollo-query-plan-experimental`. @default true outside of production */
  readonly __exposeQueryPlanExperimental?: boolean;
  /** Called with the plan of each operation before its answer leaves. */
  readonly experimental_didResolveQueryPlan?: (resolved: ResolvedQueryPlan) => void;
  /** Logs plans. @default false */
  readonly debug?: boolean;
  /** @default standard error, warnings and errors only */
  readonly logger?: Logger;
  /** Who asks, where the supergraph has access rules. @default nobody that is known */
  readonly identify?: (requestContext: GatewayGraphQLRequestContext) => Caller;
  /** Entities of one level are asked of a subgraph in one request. @default true */
  readonly isMergingFetches?: boolean;
  /** Milliseconds after which a plan is given up. @default 10,000 */
  readonly planTimeoutMs?: number;
}
