import { ApolloServer, HeaderMap } from '@apollo/server';
import type { ApolloServerPlugin, HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';

import type { Services } from '../../core/context.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { isJsonObject } from '../../kernel/json.ts';
import type { Metrics } from '../../kernel/telemetry.ts';
import { createContext } from './context.ts';
import type { SubgraphContext } from './context.ts';
import { createTextCheck, defaultDocumentLimits } from './document-limits.ts';
import { presentError, statusOf } from './errors.ts';
import { actorHeader, identify, requestIdHeader, requestIdOf } from './identify.ts';
import type { SubgraphSettings } from './settings.ts';
import type { SubgraphResponse } from './subgraph.ts';

/** A request as it came over HTTP, or as the gateway of the same process hands it over. */
export interface PipelineRequest {
  readonly method: string;
  /** The query string with its question mark, or empty. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly signal: AbortSignal;
}

export interface Pipeline {
  handle(request: PipelineRequest): Promise<SubgraphResponse>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface PipelineParts {
  readonly services: Services;
  readonly settings: SubgraphSettings;
  readonly metrics: Metrics;
}

interface Told {
  readonly requestId: string;
}

/** GraphQL over HTTP without HTTP: @apollo/server between our own identity check and our own status rules. */
export function createPipeline(
  schema: GraphQLSchema,
  { services, settings, metrics }: PipelineParts,
): Pipeline {
  const limits = { ...defaultDocumentLimits, ...settings.documentLimits };
  const checkText = createTextCheck(limits);
  const requestIds = new WeakMap<object, string>();
  const server = new ApolloServer<SubgraphContext>({
    schema,
    introspection: settings.introspection,
    hideSchemaDetailsFromClientErrors: !settings.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    parseOptions: { maxTokens: limits.tokens },
    // No foreign page can send this header without asking first, and no request passes without it.
    csrfPrevention: { requestHeaders: [actorHeader] },
    formatError: (_formatted, error) =>
      presentError(error, { requestId: requestIdFor(requestIds, error), log: services.log }),
    plugins: [...quietPlugins(), rememberRequests(requestIds)],
    logger: services.log,
  });

  const answer = async (
    request: PipelineRequest,
    { requestId }: Told,
  ): Promise<SubgraphResponse> => {
    const actor = await identify(request.headers[actorHeader], settings.assertionSecret);
    const body = request.method === 'POST' ? bodyOf(request) : undefined;
    const query = isJsonObject(body)
      ? body['query']
      : new URLSearchParams(request.search).get('query');
    if (typeof query === 'string') checkText(query);
    const log = services.log.child({ requestId });
    const response = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method,
        search: request.search,
        headers: new HeaderMap(Object.entries(request.headers)),
        body,
      },
      context: () =>
        Promise.resolve(
          createContext({ ...services, log }, { actor, requestId, signal: request.signal }),
        ),
    });
    return await rendered(response);
  };

  const handle = async (request: PipelineRequest): Promise<SubgraphResponse> => {
    const requestId = requestIdOf(request.headers[requestIdHeader]);
    try {
      const response = await answer(request, { requestId });
      return { ...response, headers: { ...response.headers, [requestIdHeader]: requestId } };
    } catch (error) {
      return refusal(error, { requestId, log: services.log });
    }
  };
  const seconds = metrics.histogram({
    name: 'operandi_subgraph_request_seconds',
    help: 'Time to answer a request, by HTTP status.',
    labels: ['status'],
  });

  return {
    async handle(request) {
      const observe = seconds.startTimer();
      const response = await handle(request);
      observe({ status: String(response.status) });
      return response;
    },
    start: () => server.start(),
    stop: () => server.stop(),
  };
}

/** A request that is not executed at all. */
export function refusal(
  error: unknown,
  origin: Parameters<typeof presentError>[1],
): SubgraphResponse {
  return {
    status: statusOf(error),
    headers: {
      'content-type': 'application/json; charset=utf-8',
      [requestIdHeader]: origin.requestId,
    },
    body: `${JSON.stringify({ errors: [presentError(error, origin)] })}\n`,
  };
}

const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function bodyOf({ headers, body }: PipelineRequest): JsonValue {
  const [mediaType = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('charset='));
  if (
    mediaType.trim() !== 'application/json' ||
    (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))
  ) {
    throw new AppError('CSRF_BLOCKED', 'a POST has the content-type application/json in UTF-8');
  }
  try {
    return parsedJson(typeof body === 'string' ? body : strictText.decode(body));
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', 'the body is not JSON', { cause });
  }
}

// JSON.parse makes nothing else.
function parsedJson(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}

/** Errors that mean a well-formed request: with plain JSON they are answers, so they leave with status 200. */
const answeredCodes =
  /"code":"(GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED|OPERATION_RESOLUTION_FAILURE)"/;

async function rendered(response: HTTPGraphQLResponse): Promise<SubgraphResponse> {
  const body =
    response.body.kind === 'complete'
      ? response.body.string
      : await collected(response.body.asyncIterator);
  const headers = Object.fromEntries(response.headers);
  const isPlainJson = headers['content-type']?.startsWith('application/json') === true;
  const isAnswer = isPlainJson && response.status === 400 && answeredCodes.test(body);
  return { status: isAnswer ? 200 : (response.status ?? 200), headers, body };
}

async function collected(chunks: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text;
}

function quietPlugins(): ApolloServerPlugin<SubgraphContext>[] {
  return [
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
  ];
}

/** formatError is not told which request an error belongs to. */
function rememberRequests(
  requestIds: WeakMap<object, string>,
): ApolloServerPlugin<SubgraphContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) requestIds.set(error, contextValue.requestId);
          return Promise.resolve();
        },
      }),
  };
}

function requestIdFor(requestIds: WeakMap<object, string>, error: unknown): string {
  return (
    (typeof error === 'object' && error !== null ? requestIds.get(error) : undefined) ??
    requestIdOf(undefined)
  );
}
