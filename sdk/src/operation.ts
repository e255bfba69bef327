import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

/** An operation as its text, with the types of its data and variables. */
export interface TypedOperation<Data, Variables> {
  readonly name: string;
  /** A query changes nothing and may be sent twice. */
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly text: string;
  /** Is never there: it carries the types. */
  readonly __types?: (variables: Variables) => Data;
}

/** What a client sends: one of its own operations, or a typed document of any generator. */
export type AnyOperation<Data, Variables> =
  TypedDocumentNode<Data, Variables> | TypedOperation<Data, Variables>;

/** The text of what is to be sent; the printer of documents is loaded with the first that needs it. */
export async function textOf<Data, Variables>(
  operation: AnyOperation<Data, Variables>,
): Promise<TypedOperation<Data, Variables>> {
  if ('text' in operation) return operation;
  const { printDocument } = await import('./print-document.ts');
  return printDocument(operation);
}
