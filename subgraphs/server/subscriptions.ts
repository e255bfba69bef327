import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  createSourceEventStream,
  execute,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';

import { AppError } from '../../kernel/errors.ts';
import { validationRules } from '../../kernel/graphql/validation-rules.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { renewContext } from './context.ts';
import type { SubgraphContext } from './context.ts';
import { checkDocument, defaultDocumentLimits } from './document-limits.ts';
import { presentError } from './errors.ts';
import type { SubgraphSettings } from './settings.ts';

/** A subscription that was found good. */
export interface Operation {
  readonly document: DocumentNode;
  readonly variables: JsonObject | undefined;
  readonly operationName: string | undefined;
}

/** What a client sends to subscribe. */
export interface OperationText {
  readonly query: string;
  readonly variables?: JsonObject | undefined;
  readonly operationName?: string | undefined;
}

/** Parses and checks by the same rules as over HTTP; throws GraphQLErrors or an AppError. */
export function prepareOperation(
  schema: GraphQLSchema,
  settings: SubgraphSettings,
  text: OperationText,
): Operation {
  const limits = { ...defaultDocumentLimits, ...settings.documentLimits };
  const document = parsed(text.query, limits.tokens);
  checkDocument(document, limits);
  const rules = validationRules(settings.introspection);
  const [fault] = validate(schema, document, rules, { maxErrors: 1 });
  if (fault !== undefined) throw coded(fault, 'GRAPHQL_VALIDATION_FAILED');
  const operation = getOperationAST(document, text.operationName);
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) {
    throw new AppError(
      'BAD_USER_INPUT',
      'only subscriptions run here; send queries and mutations over HTTP',
    );
  }
  return { document, variables: text.variables, operationName: text.operationName };
}

/** A stream of results, or the errors for which it was not begun. */
export type Opened =
  | { readonly stream: AsyncGenerator<ExecutionResult, void, undefined> }
  | { readonly errors: readonly GraphQLError[] };

/**
 * Begins a subscription. Leaving the stream aborts the controller, whose signal the context carries: that wakes a
 * source that waits. The stream is pulled, so a reader who stops reading holds the source back.
 */
export async function openSubscription(
  schema: GraphQLSchema,
  operation: Operation,
  {
    context,
    controller,
  }: { readonly context: SubgraphContext; readonly controller: AbortController },
): Promise<Opened> {
  const request = requestOf(schema, operation);
  const source = await createSourceEventStream({ ...request, contextValue: context });
  if (!(Symbol.asyncIterator in source)) {
    return { errors: (source.errors ?? []).map((error) => asGraphQLError(error, context)) };
  }
  return { stream: abortable(resultsOf(request, source, context), controller) };
}

type Request = ReturnType<typeof requestOf>;

function requestOf(schema: GraphQLSchema, { document, variables, operationName }: Operation) {
  return { schema, document, variableValues: variables, operationName };
}

/** Executes the selection for each event, with a context of its own so that nothing loaded before is shown again. */
async function* resultsOf(
  request: Request,
  source: AsyncIterable<unknown>,
  context: SubgraphContext,
): AsyncGenerator<ExecutionResult, void, undefined> {
  try {
    for await (const event of source) {
      const result = await execute({
        ...request,
        rootValue: event,
        contextValue: renewContext(context),
      });
      yield presented(result, context);
    }
  } catch (error) {
    if (!context.signal.aborted) yield { errors: [asGraphQLError(error, context)] };
  }
}

/** A generator that can be left while it waits: `return` aborts first, as a waiting generator does not hear it. */
export function abortable<T>(
  source: AsyncGenerator<T, void, undefined>,
  controller: AbortController,
): AsyncGenerator<T, void, undefined> {
  return {
    next: () => source.next(),
    return: () => {
      controller.abort();
      return source.return();
    },
    throw: (error: unknown) => {
      controller.abort();
      return source.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}

function parsed(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxLexicalTokens: maxTokens });
  } catch (error) {
    throw error instanceof GraphQLError ? coded(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

function coded(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, path } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions: { code },
  });
}

function presented(result: ExecutionResult, context: SubgraphContext): ExecutionResult {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map((error) => asGraphQLError(error, context)) };
}

/** The presented error in the class that results carry; it has nothing left to hide. */
function asGraphQLError(
  error: unknown,
  origin: Pick<SubgraphContext, 'requestId' | 'log'>,
): GraphQLError {
  const { message, extensions, path } = presentError(coerced(error), origin);
  const nodes = error instanceof GraphQLError ? error.nodes : undefined;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    path: path ?? null,
    extensions: extensions ?? null,
  });
}

/** Bad variables are the caller's fault; graphql-js gives them no code. */
function coerced(error: unknown): unknown {
  const isOfVariable =
    error instanceof GraphQLError && error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
  return isOfVariable && error.extensions['code'] === undefined
    ? coded(error, 'BAD_USER_INPUT')
    : error;
}

/** What kept a subscription from beginning, for an `error` message. */
export function asErrors(
  error: unknown,
  origin: Pick<SubgraphContext, 'requestId' | 'log'>,
): readonly GraphQLError[] {
  return [asGraphQLError(error, origin)];
}
