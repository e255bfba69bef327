import {
  type FieldNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

import type { ErrorCode } from '../../../kernel/errors.ts';
import type { ClientDocument } from '../../execute/operation/client-document.ts';
import type { FormattedError } from '../../operation.ts';
import type { AccessRules, Requirement } from './access-rules.ts';

/** A field of an operation that not everybody may read. */
export interface GuardedField {
  readonly node: FieldNode;
  readonly requirements: readonly Requirement[];
  readonly path: readonly string[];
}

/** Fields are looked at once per place; beyond this an operation is not worth the checking. */
const MAX_VISITS = 50_000;

/** Every place of an operation with a requirement, outermost first. */
export function findGuardedFields(
  schema: GraphQLSchema,
  client: ClientDocument,
  rules: AccessRules,
): readonly GuardedField[] {
  const found: GuardedField[] = [];
  let visits = 0;
  if (!rules.isEmpty) visitSet(client.operation.selectionSet, client.rootType, []);
  return found;

  function visitSet(
    set: SelectionSetNode,
    parent: GraphQLCompositeType,
    path: readonly string[],
  ): void {
    for (const selection of set.selections) {
      if (++visits > MAX_VISITS) throw new Error('The operation is too large for its access rules');
      if (selection.kind === Kind.FIELD) {
        visitField(selection, parent, path);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection
          : client.fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      const type = condition === undefined ? parent : schema.getType(condition);
      if (fragment !== undefined && isCompositeType(type))
        visitSet(fragment.selectionSet, type, path);
    }
  }

  function visitField(
    node: FieldNode,
    parent: GraphQLCompositeType,
    outer: readonly string[],
  ): void {
    const path = [...outer, node.alias?.value ?? node.name.value];
    const type = 'getFields' in parent ? parent.getFields()[node.name.value]?.type : undefined;
    const named = type && getNamedType(type);
    const requirements = requirementsOf(schema, rules, {
      parent,
      field: node.name.value,
      type: named?.name,
    });
    if (requirements.length > 0) found.push({ node, requirements, path });
    if (node.selectionSet && isCompositeType(named)) visitSet(node.selectionSet, named, path);
  }
}

interface FieldPlace {
  readonly parent: GraphQLCompositeType;
  readonly field: string;
  readonly type: string | undefined;
}

/** A field of an interface needs what any of its implementations needs: it would read them all. */
function requirementsOf(
  schema: GraphQLSchema,
  rules: AccessRules,
  place: FieldPlace,
): Requirement[] {
  // Which type an object is of shows in its fields, refused ones too.
  if (place.field === '__typename') return [];
  const owners = isAbstractType(place.parent)
    ? [place.parent.name, ...schema.getPossibleTypes(place.parent).map(({ name }) => name)]
    : [place.parent.name];
  const coordinates = [
    ...owners.flatMap((owner) => [owner, `${owner}.${place.field}`]),
    ...(place.type === undefined ? [] : [place.type]),
  ];
  return [...new Set(coordinates)].flatMap((coordinate) => rules.of(coordinate) ?? []);
}

/** The errors for fields that are left out, in the words Apollo Router uses. */
export function deniedErrors(denied: readonly GuardedField[]): FormattedError[] {
  const paths = new Map(denied.map(({ path }) => [path.join('\n'), path]));
  return [...paths.values()].map((path) => ({
    message: 'Unauthorized field or type',
    path,
    extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' satisfies ErrorCode },
  }));
}
