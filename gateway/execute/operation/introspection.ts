import { execute, type GraphQLSchema, Kind } from 'graphql';

import type { Conditions } from '../../answer/projection/collect-fields.ts';
import { collectFields } from '../../answer/projection/collect-fields.ts';
import type { ObjectShape } from '../../answer/projection/shape.ts';
import type { ClientDocument } from './client-document.ts';
import { type DataObject, type DataValue, isDataObject } from '../data.ts';

interface IntrospectionSource {
  readonly schema: GraphQLSchema;
  readonly client: ClientDocument;
  readonly conditions: Conditions;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** True when the operation asks the schema about itself. */
export function asksIntrospection(root: ObjectShape): boolean {
  return root.fields.some(({ name }) => name === '__schema' || name === '__type');
}

/** Answers `__schema` and `__type` from the API schema; no subgraph is asked. */
export function introspect(source: IntrospectionSource): DataObject {
  const { schema, client, conditions } = source;
  const options = { schema, fragments: client.fragments, conditions, isDeferring: false };
  const fields = collectFields([client.operation.selectionSet], client.rootType, options);
  const nodes = [...fields.values()]
    .flat()
    .filter(({ name }) => name.value === '__schema' || name.value === '__type');
  const operation = {
    ...client.operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } as const,
  };
  const result = execute({
    schema,
    document: { kind: Kind.DOCUMENT, definitions: [operation, ...client.fragments.values()] },
    variableValues: source.variables,
  });
  const data = 'data' in result ? plain(result.data) : null;
  return isDataObject(data) ? data : {};
}

/** Introspection results are JSON but for null prototypes. */
function plain(data: unknown): DataValue {
  return JSON.parse(JSON.stringify(data ?? null)) as DataValue;
}
