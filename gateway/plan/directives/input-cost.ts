import {
  type FieldNode,
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  isInputObjectType,
  valueFromASTUntyped,
} from 'graphql';

import type { JsonObject } from '../../../kernel/json.ts';
import type { CostRules } from './cost-rules.ts';

/** The arguments a field is given, and where the weights of theirs are. */
interface GivenArguments {
  readonly rules: CostRules;
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly variables: JsonObject;
  readonly coordinate: string;
}

/** What `@cost` of arguments and of the fields of their inputs makes of the given ones; each item of a list counts. */
export function costOfArguments(given: GivenArguments): number {
  const { rules, node, definition, variables, coordinate } = given;
  let total = 0;
  for (const { name, value } of node.arguments ?? []) {
    total += rules.weightOf(`${coordinate}(${name.value})`) ?? 0;
    const type = definition.args.find((argument) => argument.name === name.value)?.type;
    const named = type && getNamedType(type);
    if (isInputObjectType(named)) {
      total += costOfInput(rules, named, valueFromASTUntyped(value, variables));
    }
  }
  return total;
}

function costOfInput(rules: CostRules, type: GraphQLNamedType, value: unknown): number {
  if (Array.isArray(value)) {
    return value.reduce((total: number, item) => total + costOfInput(rules, type, item), 0);
  }
  if (!isInputObjectType(type) || typeof value !== 'object' || value === null) return 0;
  const fields = type.getFields();
  let total = 0;
  for (const [name, inner] of Object.entries(value)) {
    const field = fields[name];
    if (field === undefined) continue;
    total += rules.weightOf(`${type.name}.${name}`) ?? 0;
    total += costOfInput(rules, getNamedType(field.type), inner);
  }
  return total;
}
