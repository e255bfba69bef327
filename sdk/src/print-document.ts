import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Kind, print } from 'graphql';

import type { TypedOperation } from './typed-operation.ts';

/** A document as text, under the name of its first operation. */
export function printDocument<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
): TypedOperation<Data, Variables> {
  const known = printed.get(document);
  if (known !== undefined) return known;
  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  const made: TypedOperation<Data, Variables> = {
    name: operation?.name?.value ?? 'the operation',
    kind: operation?.operation ?? 'query',
    text: print(document),
  };
  printed.set(document, made);
  return made;
}

const printed = new WeakMap<object, Omit<TypedOperation<unknown, never>, '__types'>>();
