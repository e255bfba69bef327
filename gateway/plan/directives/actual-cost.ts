import {
  type FieldNode,
  getNamedType,
  type GraphQLCompositeType,
  isAbstractType,
  isCompositeType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { costOfArguments } from './input-cost.ts';
import { baseOf, type CostSource, defaultsOf, weightOfType } from './static-cost.ts';

/**
 * What an answer turned out to cost, by the weights of the estimate: every object that is there, every value of a field
 * with a weight, lists by their real length. What came back null costs what asking for it does.
 */
export function measureActualCost(source: CostSource, data: JsonValue | undefined): number {
  const { schema, client, rules } = source;
  const { operation, rootType } = client;
  const variables = { ...defaultsOf(operation), ...source.variables };
  if (!isJsonObject(data)) return baseOf(operation.operation);
  return baseOf(operation.operation) + costOfObject(data, [[operation.selectionSet, rootType]]);

  /** The selections of one object; a field that two of them ask for costs once. */
  function costOfObject(object: JsonObject, sets: Sets): number {
    const fields = new Map<string, { readonly nodes: FieldNode[]; readonly parent: Parent }>();
    for (const [set, parent] of sets) collect(set, parent, { object, fields });
    let total = 0;
    for (const [key, { nodes, parent }] of fields) {
      total += costOfField(object[key] ?? null, nodes, parent);
    }
    return total;
  }

  function collect(set: SelectionSetNode, parent: Parent, into: Collected): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        if (!Object.hasOwn(into.object, key)) continue;
        const known = into.fields.get(key);
        if (known === undefined) into.fields.set(key, { nodes: [selection], parent });
        else known.nodes.push(selection);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection
          : client.fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      const type = condition === undefined ? parent : schema.getType(condition);
      if (fragment !== undefined && isCompositeType(type) && mayBe(into.object, type)) {
        collect(fragment.selectionSet, type, into);
      }
    }
  }

  /** An object that does not say its type may be any: the keys it has decide. */
  function mayBe({ __typename: name }: JsonObject, type: GraphQLCompositeType): boolean {
    if (typeof name !== 'string' || name === type.name) return true;
    const own = schema.getType(name);
    if (!isAbstractType(type) || own === undefined || !('getInterfaces' in own))
      return own === undefined;
    return schema.isSubType(type, own);
  }

  function costOfField(value: JsonValue, nodes: readonly FieldNode[], parent: Parent): number {
    const [node] = nodes;
    const definition =
      node && 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
    if (node === undefined || definition === undefined) return 0;
    const coordinate = `${parent.name}.${node.name.value}`;
    const named = getNamedType(definition.type);
    const weight = rules.weightOf(coordinate) ?? weightOfType(rules, named);
    const sets: Sets = nodes.flatMap(({ selectionSet }) =>
      selectionSet && isCompositeType(named) ? [[selectionSet, named] as const] : [],
    );
    const given = { rules, node, definition, variables, coordinate };
    return costOfValue(value, weight, sets) + costOfArguments(given);
  }

  function costOfValue(value: JsonValue, weight: number, sets: Sets): number {
    if (Array.isArray(value)) {
      return value.reduce<number>(
        (total, item: JsonValue) => total + costOfValue(item, weight, sets),
        0,
      );
    }
    return weight + (isJsonObject(value) ? costOfObject(value, sets) : 0);
  }
}

type Parent = GraphQLCompositeType;
type Sets = readonly (readonly [SelectionSetNode, Parent])[];

interface Collected {
  readonly object: JsonObject;
  readonly fields: Map<string, { readonly nodes: FieldNode[]; readonly parent: Parent }>;
}
