import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

import type { TypedOperation } from './typed-operation.ts';

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
