import {
  type FieldNode,
  type GraphQLSchema,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';

import type { JsonObject } from '../../../kernel/json.ts';
import type { CostRules } from './cost-rules.ts';
import { measureCost } from './static-cost.ts';

/** What one request asks of a subgraph. */
export interface FetchWeight {
  readonly operation: string;
  /** Entities it asks for; undefined for root fields. */
  readonly entities: number | undefined;
}

/** Estimates the cost of requests to a subgraph by the rules for operations. */
export type MeasureFetch = (fetch: FetchWeight, variables: JsonObject) => number;

const MAX_PARSED = 5_000;

export function createMeasureFetch(schema: GraphQLSchema, rules: CostRules): MeasureFetch {
  const parsed = new LRUCache<string, OperationDefinitionNode | false>({ max: MAX_PARSED });
  const queryType = schema.getQueryType();
  const read = (operation: string): OperationDefinitionNode | false => {
    const known = parsed.get(operation);
    if (known !== undefined) return known;
    const definition = parse(operation, { noLocation: true }).definitions.find(
      (one) => one.kind === Kind.OPERATION_DEFINITION,
    );
    parsed.set(operation, definition ?? false);
    return definition ?? false;
  };
  const costOf = (
    operation: OperationDefinitionNode,
    rootType: unknown,
    variables: JsonObject,
  ): number => {
    if (!isCompositeType(rootType) || !('getFields' in rootType)) return 0;
    const client = { operation, fragments: new Map(), rootType };
    return measureCost({ schema, rules, variables, client });
  };
  return ({ operation, entities }, variables) => {
    const definition = read(operation);
    if (definition === false) return 0;
    if (entities === undefined) {
      return costOf(definition, schema.getRootType(definition.operation) ?? queryType, variables);
    }
    let each = 0;
    for (const { type, set } of entityParts(definition)) {
      const rootType = schema.getType(type);
      const own = { ...definition, selectionSet: set };
      const weight = rules.weightOf(type) ?? 1;
      each = Math.max(each, weight + costOf(own, rootType, variables));
    }
    return each * entities;
  };
}

/** What is asked of each type of entity. */
function entityParts(
  operation: OperationDefinitionNode,
): readonly { readonly type: string; readonly set: SelectionSetNode }[] {
  const fields = operation.selectionSet.selections.filter(
    (one): one is FieldNode => one.kind === Kind.FIELD,
  );
  return fields.flatMap(({ selectionSet }) =>
    (selectionSet?.selections ?? []).flatMap((one) =>
      one.kind === Kind.INLINE_FRAGMENT && one.typeCondition !== undefined
        ? [{ type: one.typeCondition.name.value, set: one.selectionSet }]
        : [],
    ),
  );
}
