import {
  type FieldNode,
  getNamedType,
  type GraphQLCompositeType,
  isAbstractType,
  isCompositeType,
  isObjectType,
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
  const { operation, rootType } = source.client;
  const base = baseOf(operation.operation);
  if (!isJsonObject(data)) return base;
  return base + new Count(source).ofObject(data, [[operation.selectionSet, rootType]]);
}

type Parent = GraphQLCompositeType;
type Sets = readonly (readonly [SelectionSetNode, Parent])[];

interface Collected {
  readonly object: JsonObject;
  readonly fields: Map<string, { readonly nodes: FieldNode[]; readonly parent: Parent }>;
}

class Count {
  readonly #source: CostSource;
  readonly #variables: JsonObject;

  constructor(source: CostSource) {
    this.#source = source;
    this.#variables = { ...defaultsOf(source.client.operation), ...source.variables };
  }

  /** The selections of one object; a field that two of them ask for costs once. */
  ofObject(object: JsonObject, sets: Sets): number {
    const fields: Collected['fields'] = new Map();
    for (const [set, parent] of sets) this.#collect(set, parent, { object, fields });
    let total = 0;
    for (const [key, { nodes, parent }] of fields) {
      total += this.#ofField(object[key] ?? null, nodes, parent);
    }
    return total;
  }

  #collect(set: SelectionSetNode, parent: Parent, into: Collected): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) noteField(selection, parent, into);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? parent.name;
        this.#collectFor(condition, selection.selectionSet, into);
      } else {
        const fragment = this.#source.client.fragments.get(selection.name.value);
        if (fragment === undefined) continue;
        this.#collectFor(fragment.typeCondition.name.value, fragment.selectionSet, into);
      }
    }
  }

  #collectFor(condition: string, set: SelectionSetNode, into: Collected): void {
    const type = this.#source.schema.getType(condition);
    if (isCompositeType(type) && this.#mayBe(into.object, type)) this.#collect(set, type, into);
  }

  /** An object that does not say its type may be any: the keys it has decide. */
  #mayBe({ __typename: name }: JsonObject, type: Parent): boolean {
    if (typeof name !== 'string' || name === type.name) return true;
    const own = this.#source.schema.getType(name);
    if (!isObjectType(own)) return true;
    return isAbstractType(type) && this.#source.schema.isSubType(type, own);
  }

  #ofField(value: JsonValue, nodes: readonly FieldNode[], parent: Parent): number {
    const [node] = nodes;
    const { rules } = this.#source;
    if (node === undefined || !('getFields' in parent)) return 0;
    const definition = parent.getFields()[node.name.value];
    if (definition === undefined) return 0;
    const coordinate = `${parent.name}.${node.name.value}`;
    const named = getNamedType(definition.type);
    const weight = rules.weightOf(coordinate) ?? weightOfType(rules, named);
    const sets: Sets = nodes.flatMap(({ selectionSet }) =>
      selectionSet && isCompositeType(named) ? [[selectionSet, named] as const] : [],
    );
    const given = { rules, node, definition, variables: this.#variables, coordinate };
    return this.#ofValue(value, weight, sets) + costOfArguments(given);
  }

  #ofValue(value: JsonValue, weight: number, sets: Sets): number {
    if (!Array.isArray(value)) {
      return weight + (isJsonObject(value) ? this.ofObject(value, sets) : 0);
    }
    let total = 0;
    for (const item of value as readonly JsonValue[]) total += this.#ofValue(item, weight, sets);
    return total;
  }
}

function noteField(field: FieldNode, parent: Parent, { object, fields }: Collected): void {
  const key = (field.alias ?? field.name).value;
  if (!Object.hasOwn(object, key)) return;
  const known = fields.get(key);
  if (known === undefined) fields.set(key, { nodes: [field], parent });
  else known.nodes.push(field);
}
