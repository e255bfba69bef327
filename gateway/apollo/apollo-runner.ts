import { createHash } from 'node:crypto';

import type * as ApolloPackage from '@apollo/gateway';
import type { ApolloGateway, GraphQLDataSource } from '@apollo/gateway';
import { type DocumentNode, getOperationAST, GraphQLError, parse } from 'graphql';
import { LRUCache } from 'lru-cache';

import { AppError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { CallSubgraph } from '../execute/fetch/subgraph-answer.ts';
import type { FormattedError, OperationSource } from '../operation.ts';

/** An operation that was found good for the schema, with its variables. */
export interface AskedOperation {
  readonly source: OperationSource;
  readonly variables: JsonObject;
}

/** What ApolloGateway answers; without data the operation was refused. */
export interface ApolloAnswer {
  readonly data?: unknown;
  readonly errors: readonly FormattedError[];
}

/** ApolloGateway on one supergraph; it reaches subgraphs through who asks. */
export interface ApolloRunner {
  run(asked: AskedOperation, call: CallSubgraph): Promise<ApolloAnswer>;
  close(): Promise<void>;
}

/** Throws what ApolloGateway says of a supergraph that it refuses, or that its package is not there. */
export async function openApolloRunner(supergraphSdl: string): Promise<ApolloRunner> {
  const { ApolloGateway } = await loadPackage();
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: silent,
    buildService: ({ name }) => sourceOf(name),
    __exposeQueryPlanExperimental: false,
  });
  await gateway.load({ apollo: {} });
  const documents = new LRUCache<string, DocumentNode>({ max: 1_000 });
  const documentOf = ({ query }: OperationSource): DocumentNode => {
    const known = documents.get(query) ?? parse(query);
    documents.set(query, known);
    return known;
  };
  return {
    run: async (asked, call) => {
      const context = contextFor(asked, { document: documentOf(asked.source), gateway, call });
      return toAnswer(await gateway.executor(context));
    },
    close: () => gateway.stop(),
  };
}

async function loadPackage(): Promise<Pick<typeof ApolloPackage, 'ApolloGateway'>> {
  try {
    return await import('@apollo/gateway');
  } catch (cause) {
    const message =
      'The executor of ApolloGateway needs the package @apollo/gateway: npm install @apollo/gateway@2.14';
    throw new AppError('BAD_USER_INPUT', message, { cause });
  }
}

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

interface CallContext {
  readonly call: CallSubgraph;
}

function sourceOf(service: string): GraphQLDataSource {
  return {
    process: async ({ request: { query, variables, operationName }, context }) => {
      // Made by `contextFor`.
      const { call } = context as unknown as CallContext;
      const body = JSON.stringify({ query, operationName, variables });
      const { data, errors, failure } = await call(service, body);
      if (failure !== undefined) {
        const extensions = { code: failure.code, serviceName: service };
        throw new GraphQLError(failure.message, { extensions });
      }
      return { data: data ?? null, ...(errors && errors.length > 0 && { errors }) };
    },
  };
}

type RequestContext = Parameters<ApolloGateway['executor']>[0];

/** As much of Apollo Server's context as the executor reads. */
function contextFor(
  { source, variables }: AskedOperation,
  parts: { document: DocumentNode; gateway: ApolloGateway; call: CallSubgraph },
): RequestContext {
  const { document, gateway, call } = parts;
  const { query, operationName } = source;
  const context = {
    request: { query, variables, ...(operationName !== undefined && { operationName }) },
    document,
    operation: getOperationAST(document, operationName),
    operationName: operationName ?? null,
    schema: gateway.schema,
    source: query,
    queryHash: createHash('sha256').update(query).digest('hex'),
    context: { call } satisfies CallContext,
    metrics: {},
    logger: silent,
  };
  return context as unknown as RequestContext;
}

function toAnswer(result: Awaited<ReturnType<ApolloGateway['executor']>>): ApolloAnswer {
  const { data, errors = [], extensions } = result;
  // Nulls that break the schema: errors as everywhere else.
  const unexplained: unknown = extensions?.['valueCompletion'];
  const nulls = Array.isArray(unexplained) ? unexplained.filter(isGraphQLError) : [];
  return {
    errors: [...errors, ...nulls].map(toFormatted),
    ...(data !== undefined && { data }),
  };
}

function isGraphQLError(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError;
}

function toFormatted({ message, path, locations, extensions }: GraphQLError): FormattedError {
  const { serviceName, code, stacktrace: _, ...others } = extensions;
  const isOwn = typeof code === 'string' && code !== 'DOWNSTREAM_SERVICE_ERROR';
  return {
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: {
      // What came as JSON.
      ...(others as Readonly<Record<string, JsonValue>>),
      code: isOwn ? code : 'SUBGRAPH_FAILED',
      ...(typeof serviceName === 'string' && { service: serviceName }),
    },
  };
}
