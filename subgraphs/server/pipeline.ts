import { ApolloServer, HeaderMap } from '@apollo/server';
import type { ApolloServerPlugin, HTTPGraphQLRequest, HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';

import type { Actor } from '../../core/access/actor.ts';
import type { Services } from '../../core/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { parseJson, type JsonValue } from '../../kernel/json.ts';
import { noteInLogs, runInLogContext } from '../../kernel/log-context.ts';
import type { Metrics } from '../../kernel/telemetry.ts';
import { createContext } from './context.ts';
import type { SubgraphContext } from './context.ts';
import { createTextCheck, defaultDocumentLimits } from './document-limits.ts';
import type { DocumentLimits } from './document-limits.ts';
import { presentError, statusOf } from './errors.ts';
import { actorHeader, requestIdHeader, requestIdOf, type Identify } from './identify.ts';
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
  /** Whom the gateway vouches for, where that was looked at before the body. */
  readonly actor?: Actor | undefined;
}

export interface Pipeline {
  handle(request: PipelineRequest): Promise<SubgraphResponse>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface PipelineParts {
  readonly services: Services;
  readonly settings: SubgraphSettings;
  readonly identify: Identify;
  readonly metrics: Metrics;
}

/** Errors of one answer that are told; the first ones. */
const maxErrors = 100;

/** GraphQL over HTTP without HTTP: @apollo/server between our own identity check and our own status rules. */
export function createPipeline(schema: GraphQLSchema, parts: PipelineParts): Pipeline {
  const { services, settings, identify, metrics } = parts;
  const limits = { ...defaultDocumentLimits, ...settings.documentLimits };
  const checkText = createTextCheck(limits);
  const server = createServer(schema, limits, parts);
  const seconds = metrics.histogram({
    name: 'operandi_subgraph_request_seconds',
    help: 'Time to answer a request, by HTTP status.',
    labels: ['status'],
  });

  const execute = async (
    request: PipelineRequest,
    requestId: string,
  ): Promise<SubgraphResponse> => {
    const actor = request.actor ?? identify(request.headers);
    noteInLogs({ tenantId: actor.tenantId });
    const http = toGraphQLRequest(request);
    const query = queryOf(http);
    if (query !== undefined) checkText(query);
    const { signal, headers } = request;
    const context = createContext(services, {
      actor,
      requestId,
      signal,
      assertion: headers[actorHeader],
    });
    return await rendered(
      await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: http,
        context: () => Promise.resolve(context),
      }),
    );
  };

  return {
    async handle(request) {
      const observe = seconds.startTimer();
      const { log } = services;
      const requestId = requestIdOf(request.headers[requestIdHeader]);
      const response = await runInLogContext({ requestId }, async () => {
        const answer = await execute(request, requestId).catch((error: unknown) =>
          refusal(error, { requestId, log }),
        );
        log.debug({ status: answer.status }, 'a request was answered');
        return answer;
      });
      observe({ status: String(response.status) });
      return { ...response, headers: { ...response.headers, [requestIdHeader]: requestId } };
    },
    start: () => server.start(),
    stop: () => server.stop(),
  };
}

function createServer(
  schema: GraphQLSchema,
  limits: DocumentLimits,
  { services: { log }, settings }: PipelineParts,
): ApolloServer<SubgraphContext> {
  const requestIds = new WeakMap<object, string>();
  return new ApolloServer<SubgraphContext>({
    schema,
    introspection: settings.introspection,
    hideSchemaDetailsFromClientErrors: !settings.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    parseOptions: { maxLexicalTokens: limits.tokens },
    // No foreign page can send this header without asking first, and no request passes without it.
    csrfPrevention: { requestHeaders: [actorHeader] },
    formatError: (_formatted, error) =>
      presentError(error, { requestId: requestIdFor(requestIds, error), log }),
    plugins: [...quietPlugins(), rememberRequests(requestIds), boundErrors()],
    logger: log,
  });
}

function toGraphQLRequest(request: PipelineRequest): HTTPGraphQLRequest {
  const { method, search } = request;
  const body = method === 'POST' ? bodyOf(request) : undefined;
  return { method, search, headers: new HeaderMap(Object.entries(request.headers)), body };
}

function queryOf({ body, search }: HTTPGraphQLRequest): string | undefined {
  const isObject = typeof body === 'object' && body !== null;
  const query = isObject && 'query' in body ? body.query : new URLSearchParams(search).get('query');
  return typeof query === 'string' ? query : undefined;
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
    return parseJson(typeof body === 'string' ? body : strictText.decode(body));
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', 'the body is not JSON', { cause });
  }
}

async function rendered(response: HTTPGraphQLResponse): Promise<SubgraphResponse> {
  const { body: content, status = 200 } = response;
  const body =
    content.kind === 'complete' ? content.string : await collected(content.asyncIterator);
  const headers = Object.fromEntries(response.headers);
  return { status: statusFor(headers['content-type'] ?? '', status, body), headers, body };
}

/** Errors of a well-formed request; those of variables have their message as only mark. */
const answered =
  /"code":"(GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED|OPERATION_RESOLUTION_FAILURE)"|"message":"Variable \\"\$/;

/** GraphQL over HTTP: as plain JSON, errors of a well-formed request are an answer, with status 200. */
function statusFor(contentType: string, status: number, body: string): number {
  const isAnswer =
    status === 400 && contentType.startsWith('application/json') && answered.test(body);
  return isAnswer ? 200 : status;
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

/** A selection of many objects that are each refused makes no answer of refusals. */
function boundErrors(): ApolloServerPlugin<SubgraphContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ response: { body } }) {
          if (body.kind !== 'single' || body.singleResult.errors === undefined)
            return Promise.resolve();
          body.singleResult.errors = body.singleResult.errors.slice(0, maxErrors);
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
