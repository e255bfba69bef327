import type { Identity } from './admit/identity.ts';
import type { SubgraphRequest, SubgraphResponse } from './execute/transport/port.ts';
import type { OperationAnswer, OperationRequest, PreparedOperation } from './operation.ts';

type HeaderMap = Readonly<Record<string, string>>;

/** A request as it came in, before anything was read from it. */
export interface IncomingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderMap;
  readonly requestId: string;
}

/** An operation about to run. */
export interface IncomingOperation {
  readonly operation: PreparedOperation;
  readonly request: OperationRequest;
  readonly identity: Identity;
}

/** A call to a subgraph, seen by the hooks around it. */
export interface SubgraphExchange {
  readonly service: string;
  readonly isQuery: boolean;
  readonly request: OperationRequest;
}

/**
 * Code of the operator's own around each request. Hooks run in the order of the list; what one returns
 * the next receives. Throw an AppError to refuse with its code; any other error is masked as INTERNAL.
 */
export interface GatewayPlugin {
  readonly name: string;
  /** Before the body is read; returned headers replace the client's. */
  onRequest?(request: IncomingRequest): Promise<IncomingRequest> | IncomingRequest;
  /**
   * Once the caller is known: what they may do where that is decided elsewhere. `policies` count for `@policy`,
   * `scopes` for `@requiresScopes`, `overrideLabels` for progressive `@override`.
   */
  onIdentity?(identity: Identity, headers: HeaderMap): Promise<Identity> | Identity;
  /** After limits and authentication, before the first subgraph is asked; for subscriptions once, when they begin. */
  onOperation?(operation: IncomingOperation): Promise<void> | void;
  /** Before each call: change body or headers. */
  onSubgraphRequest?(
    exchange: SubgraphExchange,
    upstream: SubgraphRequest,
  ): Promise<SubgraphRequest> | SubgraphRequest;
  /** After each call: change body or headers. */
  onSubgraphResponse?(
    exchange: SubgraphExchange,
    response: SubgraphResponse,
  ): Promise<SubgraphResponse> | SubgraphResponse;
  /** Before the answer leaves: change its text or headers. Of a subscription each event is an answer, once for all who share it. */
  onResponse?(
    operation: IncomingOperation,
    answer: OperationAnswer,
  ): Promise<OperationAnswer> | OperationAnswer;
}

/** The plugins as one: absent hooks cost nothing. */
export interface PluginChain {
  readonly onRequest?: (request: IncomingRequest) => Promise<IncomingRequest>;
  readonly onIdentity?: (identity: Identity, headers: HeaderMap) => Promise<Identity>;
  readonly onOperation?: (operation: IncomingOperation) => Promise<void>;
  readonly onSubgraphRequest?: (
    exchange: SubgraphExchange,
    upstream: SubgraphRequest,
  ) => Promise<SubgraphRequest>;
  readonly onSubgraphResponse?: (
    exchange: SubgraphExchange,
    response: SubgraphResponse,
  ) => Promise<SubgraphResponse>;
  readonly onResponse?: (
    operation: IncomingOperation,
    answer: OperationAnswer,
  ) => Promise<OperationAnswer>;
}

export function chainPlugins(plugins: readonly GatewayPlugin[]): PluginChain {
  const having = (hook: keyof GatewayPlugin): readonly GatewayPlugin[] =>
    plugins.filter((plugin) => plugin[hook] !== undefined);
  const requests = having('onRequest');
  const identities = having('onIdentity');
  const operations = having('onOperation');
  const calls = having('onSubgraphRequest');
  const replies = having('onSubgraphResponse');
  const answers = having('onResponse');
  return {
    ...(requests.length > 0 && {
      onRequest: (request) => fold(requests, request, (plugin, value) => plugin.onRequest?.(value)),
    }),
    ...(identities.length > 0 && {
      onIdentity: (identity, headers) =>
        fold(identities, identity, (plugin, value) => plugin.onIdentity?.(value, headers)),
    }),
    ...(operations.length > 0 && {
      onOperation: async (operation) => {
        for (const plugin of operations) await plugin.onOperation?.(operation);
      },
    }),
    ...(calls.length > 0 && {
      onSubgraphRequest: (exchange, upstream) =>
        fold(calls, upstream, (plugin, value) => plugin.onSubgraphRequest?.(exchange, value)),
    }),
    ...(replies.length > 0 && {
      onSubgraphResponse: (exchange, response) =>
        fold(replies, response, (plugin, value) => plugin.onSubgraphResponse?.(exchange, value)),
    }),
    ...(answers.length > 0 && {
      onResponse: (operation, answer) =>
        fold(answers, answer, (plugin, value) => plugin.onResponse?.(operation, value)),
    }),
  };
}

async function fold<T>(
  plugins: readonly GatewayPlugin[],
  first: T,
  apply: (plugin: GatewayPlugin, value: T) => Promise<T> | T | undefined,
): Promise<T> {
  let value = first;
  for (const plugin of plugins) value = (await apply(plugin, value)) ?? value;
  return value;
}
