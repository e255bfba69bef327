import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  validate,
  visit,
} from 'graphql';

import { cutText } from '../../kernel/storable.ts';

const maxLexicalTokens = 2_000;
const maxErrors = 20;

/** An operation as it is configured. */
export interface DocumentText {
  readonly document: string;
  readonly batch?: { readonly keyArgument: string } | undefined;
  readonly cache?: object | undefined;
}

interface DocumentFault {
  readonly field: 'document' | 'batch' | 'cache';
  readonly message: string;
}

/** The one operation of a document and the document itself. */
export interface Parsed {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** All that is wrong with a document, against the schema where that is known. */
export function documentFaults(
  text: DocumentText,
  schema: GraphQLSchema | undefined,
): readonly DocumentFault[] {
  const parsed = parseDocument(text.document);
  if (typeof parsed === 'string') return [{ field: 'document', message: parsed }];
  const invalid =
    schema === undefined ? [] : validate(schema, parsed.document, undefined, { maxErrors });
  const faults: DocumentFault[] = invalid.map(({ message }) => ({
    field: 'document',
    message: cutText(message, 300),
  }));
  if (text.cache !== undefined && !isQuery(parsed))
    faults.push({ field: 'cache', message: 'only the result of a query is kept' });
  const unfit = text.batch === undefined ? undefined : batchFault(parsed, text.batch.keyArgument);
  return unfit === undefined ? faults : [...faults, { field: 'batch', message: unfit }];
}

/** A document that was checked. */
export function readDocument(text: string): Parsed {
  const parsed = parseDocument(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

/** True when the operation only reads. */
export function isQuery({ operation }: Parsed): boolean {
  return operation.operation === OperationTypeNode.QUERY;
}

function parseDocument(text: string): Parsed | string {
  const document = tryParse(text);
  if (typeof document === 'string') return document;
  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const [operation] = operations;
  if (operation === undefined || operations.length > 1)
    return 'it has to hold one operation, and fragments';
  const others = document.definitions.filter(
    ({ kind }) => kind !== Kind.OPERATION_DEFINITION && kind !== Kind.FRAGMENT_DEFINITION,
  );
  if (others.length > 0) return 'it may hold nothing but one operation and fragments';
  return operation.operation === OperationTypeNode.SUBSCRIPTION
    ? 'a subscription cannot be called'
    : { document, operation };
}

function tryParse(text: string): DocumentNode | string {
  try {
    return parse(text, { maxLexicalTokens, noLocation: true });
  } catch (error) {
    return `no GraphQL: ${cutText(error instanceof Error ? error.message : String(error), 300)}`;
  }
}

function batchFault(parsed: Parsed, keyArgument: string): string | undefined {
  const { document, operation } = parsed;
  if (!isQuery(parsed)) return 'only queries can be made together';
  const isDeclared = operation.variableDefinitions?.some(
    ({ variable }) => variable.name.value === keyArgument,
  );
  if (isDeclared !== true) return `the document has no variable $${keyArgument}`;
  if (rootField(operation) === undefined) return 'the query has to ask for one field';
  const inFragment = document.definitions.some(
    (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && uses(definition, keyArgument),
  );
  return inFragment ? `a fragment uses $${keyArgument}` : undefined;
}

function rootField({ selectionSet }: OperationDefinitionNode): FieldNode | undefined {
  const [field] = selectionSet.selections;
  const isOnly = selectionSet.selections.length === 1;
  return isOnly && field?.kind === Kind.FIELD ? field : undefined;
}

function uses(node: Parameters<typeof visit>[0], name: string): boolean {
  let isUsed = false;
  visit(node, {
    Variable(variable) {
      if (variable.name.value === name) isUsed = true;
    },
  });
  return isUsed;
}

/** A request for several keys. */
export interface BatchDocument {
  readonly text: string;
  /** How an answer to a single key names its field. */
  readonly responseName: string;
  aliasOf(index: number): string;
  variableOf(index: number): string;
}

/** The same query for that many keys: each has an alias of its field and a variable of its own. */
export function batchDocument(parsed: Parsed, keyArgument: string, count: number): BatchDocument {
  const { document, operation } = parsed;
  const field = rootField(operation);
  if (field === undefined) throw new Error('the query was not checked');
  const aliasOf = (index: number): string => `k${String(index)}`;
  const variableOf = (index: number): string => `${keyArgument}_k${String(index)}`;
  const indexes = Array.from({ length: count }, (_, index) => index);
  const definitions = (operation.variableDefinitions ?? []).flatMap((definition) =>
    definition.variable.name.value === keyArgument
      ? indexes.map((index) => renamed(definition, keyArgument, variableOf(index)))
      : [definition],
  );
  const selections = indexes.map((index) => ({
    ...renamed(field, keyArgument, variableOf(index)),
    alias: { kind: Kind.NAME, value: aliasOf(index) } as const,
  }));
  const together: OperationDefinitionNode = {
    ...operation,
    variableDefinitions: definitions,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  const rest = document.definitions.filter((definition) => definition !== operation);
  return {
    text: print({ kind: Kind.DOCUMENT, definitions: [together, ...rest] }),
    responseName: field.alias?.value ?? field.name.value,
    aliasOf,
    variableOf,
  };
}

function renamed<T extends Parameters<typeof visit>[0]>(node: T, from: string, to: string): T {
  return visit(node, {
    Variable: (variable) =>
      variable.name.value === from
        ? { ...variable, name: { kind: Kind.NAME, value: to } }
        : undefined,
  });
}
