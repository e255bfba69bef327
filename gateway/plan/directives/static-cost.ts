import {
  type FieldNode,
  getNamedType,
  getNullableType,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isCompositeType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

import type { JsonObject, JsonValue } from '../../../kernel/json.ts';
import type { ClientDocument } from '../../execute/operation/client-document.ts';
import type { CostRules, ListSize } from './cost-rules.ts';
import { costOfArguments } from './input-cost.ts';
import { sizeOf } from './list-size.ts';

/** Assumed length of a list that says nothing about itself. */
const DEFAULT_LIST_SIZE = 10;
const MUTATION_COST = 10;

export interface CostSource {
  readonly schema: GraphQLSchema;
  readonly client: Pick<ClientDocument, 'operation' | 'fragments'> & {
    readonly rootType: GraphQLCompositeType;
  };
  readonly rules: CostRules;
  readonly variables: JsonObject;
}

/** List sizes a connection field announces for its children. */
type Sized = Readonly<Record<string, number>>;

const noneSized: Sized = {};

/**
 * Estimates what an operation asks for before it runs: objects cost 1, leaves 0, lists their size times
 * an item, `@cost` and `@listSize` override. Linear in the document: a fragment is counted once.
 */
export function measureCost(source: CostSource): number {
  const { schema, client, rules } = source;
  const { operation, rootType } = client;
  const variables = { ...defaultsOf(operation), ...source.variables };
  const fragments = new Map<string, number>();
  return baseOf(operation.operation) + costOfSet(operation.selectionSet, rootType, noneSized);

  function costOfSet(set: SelectionSetNode, parent: GraphQLCompositeType, sized: Sized): number {
    let total = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) total += costOfField(selection, parent, sized);
      else if (selection.kind === Kind.FRAGMENT_SPREAD)
        total += costOfFragment(selection.name.value, sized);
      else {
        const condition = selection.typeCondition?.name.value;
        const type = condition === undefined ? parent : schema.getType(condition);
        if (isCompositeType(type)) total += costOfSet(selection.selectionSet, type, sized);
      }
    }
    return total;
  }

  function costOfFragment(name: string, sized: Sized): number {
    const key = `${name} ${JSON.stringify(sized)}`;
    const known = fragments.get(key);
    if (known !== undefined) return known;
    const fragment = client.fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    if (fragment === undefined || !isCompositeType(type)) return 0;
    const cost = costOfSet(fragment.selectionSet, type, sized);
    fragments.set(key, cost);
    return cost;
  }

  function costOfField(node: FieldNode, parent: GraphQLCompositeType, sized: Sized): number {
    const name = node.name.value;
    const definition = 'getFields' in parent ? parent.getFields()[name] : undefined;
    if (definition === undefined) return 0;
    const coordinate = `${parent.name}.${name}`;
    const named = getNamedType(definition.type);
    const announced = rules.listSizeOf(coordinate);
    const size = announced && sizeOf(announced, { node, definition, variables });
    const inner = costBelow(node, named, sizedChildren(announced, size));
    const own = rules.weightOf(coordinate) ?? weightOfType(rules, named);
    const listSize = sized[name] ?? (hasSizedFields(announced) ? undefined : size);
    const count = isListField(definition.type) ? (listSize ?? DEFAULT_LIST_SIZE) : 1;
    const given = { rules, node, definition, variables, coordinate };
    return count * (own + inner) + costOfArguments(given);
  }

  function costBelow(node: FieldNode, type: GraphQLNamedType, sized: Sized): number {
    return node.selectionSet && isCompositeType(type)
      ? costOfSet(node.selectionSet, type, sized)
      : 0;
  }
}

export function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): JsonObject {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined
        ? []
        : // A constant has no variables, so it is JSON.
          [[variable.name.value, valueFromASTUntyped(defaultValue) as JsonValue]],
    ),
  );
}

export function baseOf(kind: OperationTypeNode): number {
  return kind === OperationTypeNode.MUTATION ? MUTATION_COST : 0;
}

export function weightOfType(rules: CostRules, type: GraphQLNamedType): number {
  return rules.weightOf(type.name) ?? (isCompositeType(type) ? 1 : 0);
}

function hasSizedFields(announced: ListSize | undefined): boolean {
  return announced !== undefined && announced.sizedFields.length > 0;
}

function sizedChildren(announced: ListSize | undefined, size: number | undefined): Sized {
  if (announced === undefined || size === undefined || announced.sizedFields.length === 0)
    return noneSized;
  return Object.fromEntries(announced.sizedFields.map((field) => [field, size]));
}

function isListField(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}
