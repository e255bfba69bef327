import { type FieldNode, type GraphQLField, valueFromASTUntyped } from 'graphql';

import { AppError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { ListSize } from './cost-rules.ts';

/** A field as it is asked for. */
interface AskedField {
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly variables: JsonObject;
}

/** How long the list of a field may get, by `@listSize`; refuses one that is to be given exactly one size and is not. */
export function sizeOf(announced: ListSize, asked: AskedField): number | undefined {
  const { slicingArguments, isOneRequired, assumedSize } = announced;
  const sizes = slicingArguments.flatMap((slicing) => {
    const [name = '', ...below] = slicing.split('.');
    const size = below.reduce<unknown>(memberOf, argumentOf(asked, name));
    return typeof size === 'number' ? [Math.max(0, size)] : [];
  });
  if (isOneRequired && slicingArguments.length > 0 && sizes.length !== 1) {
    const message = `"${asked.node.name.value}" needs exactly one of the arguments ${slicingArguments.join(', ')}`;
    throw new AppError('BAD_USER_INPUT', message);
  }
  return sizes.length > 0 ? Math.max(...sizes) : assumedSize;
}

function argumentOf({ node, definition, variables }: AskedField, name: string): unknown {
  const given = node.arguments?.find((candidate) => candidate.name.value === name);
  const value: unknown = given && valueFromASTUntyped(given.value, variables);
  return value === undefined
    ? definition.args.find((candidate) => candidate.name === name)?.defaultValue
    : value;
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
