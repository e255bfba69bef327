import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { GraphQLField, GraphQLInputType } from 'graphql';

import { newId } from '../../kernel/ids.ts';

/** The shortest operation that asks for a root field, with arguments that are well-formed and name nothing. */
export function anyOperation(
  root: 'Query' | 'Mutation' | 'Subscription',
  field: GraphQLField<unknown, unknown>,
): string {
  const needed = field.args.filter(({ type }) => isNonNullType(type));
  const args = needed.map(({ name, type }) => `${name}: ${anyValue(type)}`).join(', ');
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return `${root.toLowerCase()} { ${field.name}${args === '' ? '' : `(${args})`}${selection} }`;
}

function anyValue(type: GraphQLInputType): string {
  const inner = getNullableType(type);
  if (isListType(inner)) return `[${anyValue(inner.ofType)}]`;
  if (isEnumType(inner)) return inner.getValues()[0]?.name ?? 'NONE';
  if (isInputObjectType(inner)) {
    const needed = Object.values(inner.getFields()).filter((member) => isNonNullType(member.type));
    return `{ ${needed.map((member) => `${member.name}: ${anyValue(member.type)}`).join(', ')} }`;
  }
  return anyScalar(inner.name);
}

function anyScalar(name: string): string {
  switch (name) {
    case 'Int':
    case 'Float':
      return '1';
    case 'Boolean':
      return 'true';
    case 'DateTime':
      return '"2026-01-01T00:00:00.000Z"';
    case 'JSON':
      return '{}';
    default:
      return JSON.stringify(newId());
  }
}
