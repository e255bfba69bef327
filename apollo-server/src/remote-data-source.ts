import { createHash } from 'node:crypto';

import type {
  GatewayCachePolicy,
  GatewayGraphQLRequest,
  GatewayGraphQLResponse,
} from '@apollo/server-gateway-interface';
import { GraphQLError } from 'graphql';

import { restrictCachePolicy } from './cache-policy.ts';
import {
  type AnyContext,
  type GraphQLDataSource,
  type GraphQLDataSourceProcessOptions,
  GraphQLDataSourceRequestKind,
} from './data-source.ts';
import type { Fetcher, FetcherRequest, FetcherResponse } from './fetcher.ts';

/** A request as it was sent. */
export interface SentRequest extends FetcherRequest {
  readonly url: string;
}

/** An answer with what it answers, for the hook that looks at it. */
export interface ReceivedResponse<TContext extends object = AnyContext> {
  readonly request: GatewayGraphQLRequest;
  readonly response: GatewayGraphQLResponse;
  readonly context: TContext;
}

interface Exchange<TContext extends object> {
  readonly request: GatewayGraphQLRequest;
  readonly context: TContext;
}

/** A subgraph behind HTTP. Extend it, or give the constructor what an instance shall have. */
export class RemoteGraphQLDataSource<
  TContext extends object = AnyContext,
> implements GraphQLDataSource<TContext> {
  url = '';
  /** Sends the hash of an operation first, and its text where the subgraph does not know it. */
  apq = false;
  /** What the subgraph says in `cache-control` restricts the cache policy of the whole answer. */
  honorSubgraphCacheControlHeader = true;
  /** @default pooled connections of the gateway */
  declare fetcher?: Fetcher;

  /** Before a request leaves: change its headers, its text or its variables. */
  willSendRequest?(options: GraphQLDataSourceProcessOptions<TContext>): void | Promise<void>;

  /** After an answer came: change it, or take something from it into the context. */
  didReceiveResponse?(
    received: ReceivedResponse<TContext>,
  ): GatewayGraphQLResponse | Promise<GatewayGraphQLResponse>;

  constructor(
    config?: Partial<RemoteGraphQLDataSource<TContext>> &
      ThisType<RemoteGraphQLDataSource<TContext>>,
  ) {
    Object.assign(this, config);
  }

  async process(
    options: GraphQLDataSourceProcessOptions<TContext>,
  ): Promise<GatewayGraphQLResponse> {
    const { request, context } = options;
    const headers = new Headers([...(request.http?.headers ?? [])]);
    headers.set('Content-Type', 'application/json');
    request.http = { method: 'POST', url: this.url, headers };
    await this.willSendRequest?.(options);
    const { response, sent } = await this.#send(request, context);
    const processed =
      (await this.didReceiveResponse?.({ response, request: sent, context })) ?? response;
    const policy = policyOf(options);
    if (this.honorSubgraphCacheControlHeader && policy !== undefined) {
      restrictCachePolicy(policy, response.http?.headers.get('cache-control'));
    }
    return processed;
  }

  async #send(
    request: GatewayGraphQLRequest,
    context: TContext,
  ): Promise<{ response: GatewayGraphQLResponse; sent: GatewayGraphQLRequest }> {
    const { query, ...others } = request;
    if (query === undefined || query === '') throw new Error('Missing query');
    if (!this.apq) return { response: await this.#exchange({ request, context }), sent: request };
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const persistedQuery = { version: 1, sha256Hash };
    const extensions = { ...request.extensions, persistedQuery };
    const hashed = { ...others, extensions };
    const response = await this.#exchange({ request: hashed, context });
    const isUnknown = response.errors?.some(({ message }) => message === 'PersistedQueryNotFound');
    if (isUnknown !== true) return { response, sent: hashed };
    const whole = { query, ...hashed };
    return { response: await this.#exchange({ request: whole, context }), sent: whole };
  }

  async #exchange({ request, context }: Exchange<TContext>): Promise<GatewayGraphQLResponse> {
    const { http, ...content } = request;
    if (http === undefined) throw new Error('Only requests over HTTP are supported');
    if (this.fetcher === undefined) throw new Error('The data source has no fetcher');
    const init = {
      method: http.method,
      headers: Object.fromEntries(http.headers),
      body: JSON.stringify(content),
    };
    let received: FetcherResponse | undefined;
    try {
      received = await this.fetcher(http.url, init);
      if (!received.ok) throw await this.errorFromResponse(received);
      const body = await this.parseBody(received, { url: http.url, ...init }, context);
      if (typeof body !== 'object' || body === null) {
        throw new Error(`Expected JSON response body, but received: ${String(body)}`);
      }
      return { ...body, http: received };
    } catch (error) {
      const fault = error instanceof Error ? error : new Error(String(error));
      this.didEncounterError(fault, { url: http.url, ...init }, received, context, request);
      throw fault;
    }
  }

  /** When a request failed: throw what the client shall be told. */
  // oxlint-disable-next-line max-params -- as applications override it
  didEncounterError(
    error: Error,
    _sent: SentRequest,
    _received?: FetcherResponse,
    _context?: TContext,
    _request?: GatewayGraphQLRequest,
  ): void {
    throw error;
  }

  parseBody(received: FetcherResponse, _sent?: SentRequest, _context?: TContext): Promise<unknown> {
    const type = received.headers.get('content-type') ?? '';
    return isJson(type) ? received.json() : received.text();
  }

  async errorFromResponse(received: FetcherResponse): Promise<GraphQLError> {
    const { url, status, statusText } = received;
    const body = await this.parseBody(received);
    const code = codes.get(status);
    return new GraphQLError(`${status}: ${statusText}`, {
      extensions: { response: { url, status, statusText, body }, ...(code && { code }) },
    });
  }
}

const codes: ReadonlyMap<number, string> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
]);

export function isJson(contentType: string): boolean {
  return (
    contentType.startsWith('application/json') ||
    contentType.startsWith('application/graphql-response+json')
  );
}

/** Only what a client asked has one, and only Apollo Server's can be restricted. */
function policyOf<TContext extends object>(
  options: GraphQLDataSourceProcessOptions<TContext>,
): GatewayCachePolicy | undefined {
  if (options.kind !== GraphQLDataSourceRequestKind.INCOMING_OPERATION) return undefined;
  const policy: unknown = options.incomingRequestContext.overallCachePolicy;
  return isCachePolicy(policy) ? policy : undefined;
}

export function isCachePolicy(policy: unknown): policy is GatewayCachePolicy {
  return typeof policy === 'object' && policy !== null && 'restrict' in policy;
}
