import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';

import { validationRules } from '../../../kernel/graphql/validation-rules.ts';
import type { OperationLimits } from '../../admit/limits.ts';
import { findExceeded, measureOperation } from '../../admit/measure.ts';
import { requireShallowValues } from '../../admit/nesting.ts';
import { type FormattedError, OperationRefused, type OperationSource } from '../../operation.ts';
import { type ClientDocument, createClientDocument, pickOperation } from './client-document.ts';
import { inlineFragments } from './inline-fragments.ts';

/** What reading a document depends on. */
export interface ReadOptions {
  readonly schema: GraphQLSchema;
  readonly limits: OperationLimits;
  readonly isIntrospectionAllowed: boolean;
  /** "Did you mean" hints tell the schema to those who guess. */
  readonly isSuggesting: boolean;
}

/** Parses, limits and validates, in the order of what each costs; throws OperationRefused. */
export function readDocument(source: OperationSource, options: ReadOptions): ClientDocument {
  try {
    return read(source, options);
  } catch (error) {
    // The parser and the measures descend with the document, before any limit has counted its levels.
    if (error instanceof RangeError)
      throw refusal('The document is nested too deeply', 'LIMIT_EXCEEDED');
    throw error;
  }
}

function read(source: OperationSource, options: ReadOptions): ClientDocument {
  const document = parseDocument(source.query, options.limits.maxTokens);
  const operation = pickOrRefuse(document, source.operationName);
  const measures = measureOperation(operation, fragmentsOf(document));
  const exceeded = findExceeded(measures, options.limits);
  if (exceeded !== undefined) throw new OperationRefused([exceeded]);
  requireShallowValues(document);
  const rules = validationRules(options.isIntrospectionAllowed);
  const errors = validate(options.schema, document, rules, { maxErrors: 50 });
  if (errors.length > 0) {
    throw new OperationRefused(
      errors.map((error) => formatError(error, 'GRAPHQL_VALIDATION_FAILED', options.isSuggesting)),
    );
  }
  const client = createClientDocument(options.schema, {
    document,
    operation,
    fields: measures.fields,
  });
  if (!client.hasDefer) return client;
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    throw refusal('@defer cannot be used in a subscription', 'GRAPHQL_VALIDATION_FAILED');
  }
  return {
    ...client,
    operation: inlineFragments(operation, client.fragments),
    fragments: new Map(),
  };
}

function parseDocument(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxLexicalTokens: maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // graphql-js has no code for it, only this sentence.
    const isTooLong = error.message.includes('Parsing aborted');
    const code = isTooLong ? 'LIMIT_EXCEEDED' : 'GRAPHQL_PARSE_FAILED';
    throw new OperationRefused([formatError(error, code, true)]);
  }
}

function pickOrRefuse(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operation = pickOperation(document, name);
  if (operation !== undefined) return operation;
  throw refusal(
    name === undefined
      ? 'The document must have exactly one operation, or operationName must name one'
      : `The document has no operation ${JSON.stringify(name.slice(0, 100))}`,
    'OPERATION_RESOLUTION_FAILURE',
  );
}

function refusal(message: string, code: string): OperationRefused {
  return new OperationRefused([{ message, extensions: { code } }]);
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION
        ? [[definition.name.value, definition] as const]
        : [],
    ),
  );
}

function formatError(error: GraphQLError, code: string, isSuggesting: boolean): FormattedError {
  const { message, locations } = error.toJSON();
  return {
    message: isSuggesting ? message : withoutSuggestion(message),
    ...(locations && { locations }),
    extensions: { code },
  };
}

/** A suggestion, which names what the schema has, is the end of a message. */
function withoutSuggestion(message: string): string {
  const at = message.lastIndexOf('Did you mean ');
  return at < 0 ? message : message.slice(0, at).trimEnd();
}
