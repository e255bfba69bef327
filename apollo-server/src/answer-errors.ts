import { GraphQLError } from 'graphql';

import type { FormattedError } from '../../gateway/operation.ts';
import type { IncomingOperation, ThrownError } from './incoming.ts';

/** The errors of an answer, as Apollo Server and its plugins know them from ApolloGateway. */
export interface AnswerErrors {
  readonly errors: readonly GraphQLError[];
  /** Nulls that no error of a subgraph explains; told only where there are no errors. */
  readonly valueCompletion: readonly FormattedError[];
}

const failed = 'SUBGRAPH_FAILED';

/** What a data source threw is told once and as it is, errors of subgraphs with the name that ApolloGateway gives it. */
export function readAnswerErrors(
  found: readonly FormattedError[],
  { thrown, incoming }: IncomingOperation,
): AnswerErrors {
  const unexplained = found.filter(isUnexplained);
  const reported = found.filter((error) => !isUnexplained(error) && !isThrown(error, thrown));
  const errors = [...unique(thrown), ...reported.map(toGraphQLError)];
  if (reported.length > 0) {
    incoming.metrics.nonFtv1ErrorPaths = reported.map(({ path, extensions }) => ({
      subgraph: textOf(extensions?.['service']),
      path,
    }));
  }
  return { errors, valueCompletion: errors.length === 0 ? unexplained : [] };
}

/** The gateway's own word for a value that does not fit: it names no subgraph. */
function isUnexplained({ extensions }: FormattedError): boolean {
  return extensions?.['code'] === failed && extensions['service'] === undefined;
}

function isThrown(
  { message, extensions }: FormattedError,
  thrown: readonly ThrownError[],
): boolean {
  return thrown.some(
    ({ service, error }) => service === extensions?.['service'] && error.message === message,
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function unique(thrown: readonly ThrownError[]): GraphQLError[] {
  const byText = new Map<string, GraphQLError>();
  for (const { service, error } of thrown) {
    byText.set(`${service}\n${error.message}`, asGraphQLError(error));
  }
  return [...byText.values()];
}

function asGraphQLError(error: Error): GraphQLError {
  return error instanceof GraphQLError
    ? error
    : new GraphQLError(error.message, { originalError: error });
}

function toGraphQLError({ message, path, extensions }: FormattedError): GraphQLError {
  const { service, code, ...others } = extensions ?? {};
  return new GraphQLError(message, {
    ...(path && { path }),
    extensions: {
      ...others,
      code: code === failed ? 'DOWNSTREAM_SERVICE_ERROR' : code,
      ...(service !== undefined && { serviceName: service }),
    },
  });
}
