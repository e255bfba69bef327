import { deny, shield } from './shield.ts';
import type { IRules } from './shield.ts';
import { defaultFieldResolver, isIntrospectionType, isObjectType } from 'graphql';
import type {
  GraphQLField,
  GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLResolveInfo,
  GraphQLSchema,
} from 'graphql';

import { AppError } from '../../kernel/errors.ts';
import type { SubgraphContext } from './context.ts';
import { inherited } from './permissions.ts';
import type { PermissionMap, PermissionRule } from './permissions.ts';

type Field = GraphQLField<unknown, SubgraphContext>;
type Resolver = GraphQLFieldResolver<unknown, SubgraphContext>;
type Middleware = (resolve: Resolver, ...args: Parameters<Resolver>) => Promise<unknown>;

/** What shield makes of rules that are put together from others, `deny` among them. */
interface Wrapped {
  readonly resolve: Middleware;
}

const rootTypes = ['Query', 'Mutation', 'Subscription'];
const refusal = new AppError('FORBIDDEN', 'this is not allowed');
const shieldOptions = { fallbackRule: deny, fallbackError: refusal, allowExternalErrors: true };

/**
 * Puts the permission map before the resolvers of a schema, in place. Only fields with a rule of their own are
 * wrapped, as shield on every field makes large answers many times slower; so the map must first be complete.
 */
export function guardSchema(schema: GraphQLSchema, permissions: PermissionMap): void {
  const gaps = findGaps(schema, permissions);
  if (gaps.length > 0) throw new Error(`no permission is declared for ${gaps.join(', ')}`);
  const middlewares = middlewaresOf(schema, permissions);
  for (const type of objectTypes(schema)) {
    for (const field of Object.values(type.getFields())) {
      const rule = ruleOf(permissions, type.name, field.name);
      if (rule === inherited) continue;
      if (type.name === 'Subscription') guardSubscription(field, rule);
      else guardField(field, rule, middlewares[type.name]?.[field.name]);
    }
  }
}

/** Fields and types of the schema that the map does not mention. */
export function findGaps(schema: GraphQLSchema, permissions: PermissionMap): readonly string[] {
  return objectTypes(schema).flatMap((type) => {
    const declared = permissions[type.name];
    if (declared === undefined) return [type.name];
    const fields = Object.keys(type.getFields());
    if (isRule(declared))
      return rootTypes.includes(type.name) ? fields.map((field) => `${type.name}.${field}`) : [];
    if (!rootTypes.includes(type.name) && '*' in declared) return [];
    return fields.filter((field) => !(field in declared)).map((field) => `${type.name}.${field}`);
  });
}

function objectTypes(
  schema: GraphQLSchema,
): readonly GraphQLObjectType<unknown, SubgraphContext>[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !isIntrospectionType(type) && type.name !== '_Service');
}

function ruleOf(permissions: PermissionMap, type: string, field: string): PermissionRule {
  const declared = permissions[type];
  if (declared === undefined) return deny;
  return isRule(declared) ? declared : (declared[field] ?? declared['*'] ?? deny);
}

/** True for one rule that stands for all fields of a type. */
export function isRule(declared: PermissionMap[string]): declared is PermissionRule {
  return typeof declared['resolve'] === 'function';
}

function guardField(
  field: Field,
  { lets = () => false }: PermissionRule,
  guard: Middleware | Wrapped | undefined,
): void {
  const middleware = typeof guard === 'object' ? guard.resolve : guard;
  if (middleware === undefined) throw new Error(`shield made no guard for ${field.name}`);
  const resolve: Resolver = field.resolve ?? defaultFieldResolver;
  field.resolve = (...call) => (lets(call[2]) ? resolve(...call) : middleware(resolve, ...call));
}

/** Shield would judge events and let anyone start the stream, so the start is judged here. */
function guardSubscription(field: Field, rule: PermissionRule): void {
  const subscribe = field.subscribe;
  if (subscribe === undefined)
    throw new Error(`Subscription.${field.name} has no subscribe function`);
  field.subscribe = async (...call) => {
    const verdict = await judge(rule, call);
    if (verdict !== true) throw verdict instanceof Error ? verdict : refusal;
    return subscribe(...call);
  };
}

function judge(
  rule: PermissionRule,
  [, args, context, info]: [unknown, object, SubgraphContext, GraphQLResolveInfo],
): Promise<unknown> {
  const options = { ...shieldOptions, debug: false, hashFunction: () => '' };
  return rule.resolve({}, args, shieldContext(context), info, options);
}

// Shield keeps verdicts under this name for rules that ask for a cache; ours never do.
function shieldContext(
  context: SubgraphContext,
): SubgraphContext & { _shield: { cache: Record<string, never> } } {
  return { ...context, _shield: { cache: {} } };
}

type MiddlewareMap = Readonly<Record<string, Readonly<Record<string, Middleware | Wrapped>>>>;

// For a map of types, shield() documents its output as middleware by type and field.
function middlewaresOf(schema: GraphQLSchema, permissions: PermissionMap): MiddlewareMap {
  return shield(permissions as IRules, shieldOptions).generate(schema) as MiddlewareMap;
}
