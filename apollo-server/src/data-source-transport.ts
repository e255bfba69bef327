import { type DocumentNode, parse } from 'graphql';

import type {
  SubgraphRequest,
  SubgraphResponse,
  SubgraphTransport,
} from '../../gateway/execute/transport/port.ts';
import { AppError } from '../../kernel/errors.ts';
import { restrictCachePolicy } from './cache-policy.ts';
import {
  type AnyDataSource,
  askDataSource,
  type GraphQLDataSourceProcessOptions,
  GraphQLDataSourceRequestKind,
} from './data-source.ts';
import { type HttpFetcher, toResponse } from './http-fetcher.ts';
import { type IncomingOperation, incomingOf } from './incoming.ts';
import { isCachePolicy, isJson, RemoteGraphQLDataSource } from './remote-data-source.ts';
import { createSubgraphRequest, type SubgraphTextRequest } from './subgraph-request.ts';

/** A data source with the subgraph it stands for. */
export interface NamedDataSource {
  readonly name: string;
  readonly source: AnyDataSource;
}

/** The way to a subgraph that leads through the data source of an application. */
export function createDataSourceTransport(
  { name, source }: NamedDataSource,
  http: HttpFetcher,
): SubgraphTransport {
  return {
    execute: async (request) => {
      const operation = incomingOf(request.operation);
      try {
        return isTextual(source, http)
          ? await sendText(source, { request, operation, http })
          : await sendThrough(source, request, operation);
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error(String(cause));
        operation.thrown.push({ service: name, error });
        throw new AppError('SUBGRAPH_FAILED', error.message, { cause: error });
      }
    },
    subscribe: () => {
      throw new AppError('SUBGRAPH_FAILED', 'Apollo Server runs no subscriptions of a gateway');
    },
    close: () => Promise.resolve(),
  };
}

/** Whether nobody needs an answer as an object, so that its text is enough. */
function isTextual(source: AnyDataSource, http: HttpFetcher): source is RemoteGraphQLDataSource {
  const own = RemoteGraphQLDataSource.prototype;
  return (
    source instanceof RemoteGraphQLDataSource &&
    source.fetcher === http.fetch &&
    !source.apq &&
    source.didReceiveResponse === undefined &&
    overridable.every((method) => source[method] === own[method])
  );
}

const overridable = ['process', 'parseBody', 'errorFromResponse', 'didEncounterError'] as const;

interface Sending {
  readonly request: SubgraphRequest;
  readonly operation: IncomingOperation;
  readonly http: HttpFetcher;
}

async function sendText(
  source: RemoteGraphQLDataSource,
  { request, operation, http }: Sending,
): Promise<SubgraphResponse> {
  const { url, body, headers } =
    source.willSendRequest === undefined
      ? { url: source.url, body: request.body, headers: {} }
      : await askHook(source, request, operation);
  const response = await http.send(url, { body, headers });
  if (response.status < 200 || response.status >= 300) {
    throw await source.errorFromResponse(toResponse(url, response));
  }
  if (!isJson(response.headers['content-type'] ?? '')) {
    throw new Error(`Expected JSON response body, but received: ${response.body}`);
  }
  const policy: unknown = operation.incoming.overallCachePolicy;
  if (source.honorSubgraphCacheControlHeader && isCachePolicy(policy)) {
    restrictCachePolicy(policy, response.headers['cache-control']);
  }
  return response;
}

async function askHook(
  source: RemoteGraphQLDataSource,
  { body }: SubgraphRequest,
  { incoming }: IncomingOperation,
): Promise<{ url: string; body: string; headers: Readonly<Record<string, string>> }> {
  const headers = new Headers({ 'content-type': 'application/json' });
  const asked = createSubgraphRequest(body, { method: 'POST', url: source.url, headers });
  await source.willSendRequest?.(optionsFor(asked, incoming));
  const { http } = asked.request;
  return {
    url: http?.url ?? source.url,
    headers: Object.fromEntries(http?.headers ?? []),
    body: asked.text(),
  };
}

async function sendThrough(
  source: AnyDataSource,
  { body }: SubgraphRequest,
  { incoming }: IncomingOperation,
): Promise<SubgraphResponse> {
  // As ApolloGateway hands it over: a data source that speaks HTTP writes its own.
  const { request } = createSubgraphRequest(body, undefined);
  const { data, errors, extensions } = await askDataSource(
    source,
    optionsFor({ request: { ...request } }, incoming),
  );
  return { status: 200, headers: {}, body: JSON.stringify({ data, errors, extensions }) };
}

function optionsFor(
  { request }: Pick<SubgraphTextRequest, 'request'>,
  incoming: IncomingOperation['incoming'],
): GraphQLDataSourceProcessOptions {
  let parsed: DocumentNode | undefined;
  return {
    kind: GraphQLDataSourceRequestKind.INCOMING_OPERATION,
    request,
    incomingRequestContext: incoming,
    context: incoming.context,
    get document() {
      return (parsed ??= parse(request.query ?? ''));
    },
  };
}
