import { allow, rule } from './shield.ts';
import type { IRule } from './shield.ts';
import type { GraphQLResolveInfo } from 'graphql';

import { permit, permitMaker } from '../../core/access/permit.ts';
import type { Permission } from '../../core/access/permissions.ts';
import { AppError } from '../../kernel/errors.ts';
import type { SubgraphContext } from './context.ts';

/** A rule of one field, or of all fields of a type. */
export interface PermissionRule extends Pick<IRule, 'resolve'> {
  /**
   * The rule's own yes, for those it lets through without asking anybody: a list of a hundred objects takes no hundred
   * promises then. Whoever it does not let through is judged, and refused, by shield.
   */
  readonly lets?: (context: SubgraphContext) => boolean;
}

/**
 * Who may read what, for every object type: one rule for all its fields, or one per field with `*` for the rest.
 * Every field of Query, Mutation and Subscription is named.
 */
export type PermissionMap = Readonly<Record<string, PermissionRule | FieldRules>>;

export type FieldRules = Readonly<Record<string, PermissionRule>>;

/** The type is guarded by the fields that lead to it. */
export const inherited: PermissionRule = allow;

/** Any caller the gateway vouches for; there is no other, as the context refuses the rest. */
export const signedIn: PermissionRule = Object.assign(
  rule('signedIn', { cache: 'no_cache' })(() => true),
  { lets: () => true },
);

/** Not for access tokens: what pages are not to know of what they may otherwise read. */
export const makersOnly: PermissionRule = rule('makersOnly', { cache: 'no_cache' })(
  (...[, , context]: RuleCall) =>
    permitMaker(context).then(
      () => true,
      (error: unknown) => asError(error),
    ),
);

/** What the gateway hands on of a sender's that has no credential but its signature. */
export const sendersOnly: PermissionRule = rule('sendersOnly', { cache: 'no_cache' })(
  (...[, , { actor }]: RuleCall) =>
    actor.kind === 'inbound_webhook' || new AppError('FORBIDDEN', 'this is not asked by callers'),
);

/** What the gateway hands on of who opened a connect link, and has no credential but that. */
export const linksOnly: PermissionRule = rule('linksOnly', { cache: 'no_cache' })(
  (...[, , { actor }]: RuleCall) =>
    actor.kind === 'connect_link' || new AppError('FORBIDDEN', 'this is not asked by callers'),
);

/** The same of a decision link. */
export const decisionLinksOnly: PermissionRule = rule('decisionLinksOnly', { cache: 'no_cache' })(
  (...[, , { actor }]: RuleCall) =>
    actor.kind === 'decision_link' || new AppError('FORBIDDEN', 'this is not asked by callers'),
);

const rules = new Map<Permission, PermissionRule>();

/** Callers with the permission; a refused mutation is put on record. */
export function hasPermission(permission: Permission): PermissionRule {
  const known = rules.get(permission) ?? createRule(permission);
  rules.set(permission, known);
  return known;
}

type RuleCall = [
  parent: unknown,
  args: unknown,
  context: SubgraphContext,
  info: GraphQLResolveInfo,
];

function createRule(permission: Permission): PermissionRule {
  const lets = ({ actor }: SubgraphContext) => actor.permissions.includes(permission);
  const judged = rule(`hasPermission:${permission}`, { cache: 'no_cache' })(
    (...[, , context, info]: RuleCall) => lets(context) || refusal(permission, context, info),
  );
  return Object.assign(judged, { lets });
}

// Shield turns what a rule throws into its general refusal; what a rule returns reaches the caller.
async function refusal(
  permission: Permission,
  context: SubgraphContext,
  info: GraphQLResolveInfo,
): Promise<true | Error> {
  try {
    await permit(
      context,
      permission,
      info.parentType.name === 'Mutation' ? actionOf(info.fieldName) : undefined,
    );
    return true;
  } catch (error) {
    return asError(error);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('a rule failed', { cause: error });
}

/** `createApiKey` → `api_key.create`, as verbs name what they do. */
function actionOf(mutation: string): string {
  const [verb = mutation, ...noun] = mutation.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
  return `${noun.join('_')}.${verb}`;
}
