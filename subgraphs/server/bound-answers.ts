import {
  defaultFieldResolver,
  getNamedType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';

import { roughSize } from '../../kernel/rough-size.ts';
import type { SubgraphContext } from './context.ts';
import { requestBudget } from './request-budget.ts';

/** Enough for a page of large objects; who wants more asks in several requests, between which others have their turn. */
const maxAnswerBytes = 4 * 1024 * 1024;

/** Values and their names; what the brackets around them take is not counted. */
const answerBytes = requestBudget({ most: maxAnswerBytes, what: 'bytes of values' });

type Resolver = GraphQLFieldResolver<unknown, SubgraphContext>;

/** Counts every value that a request is answered towards its budget, in place; one beyond it is refused alone. */
export function boundAnswers(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!isLeafType(getNamedType(field.type))) continue;
      field.resolve = counted(field.resolve ?? defaultFieldResolver);
    }
  }
}

/** Stays synchronous where the resolver is: a promise for every value would make large answers slow. */
function counted(resolve: Resolver): Resolver {
  return (...call) => {
    const [, , context, info] = call;
    const count = (value: unknown): unknown => {
      const purse = answerBytes(context);
      const ofName = String(info.path.key).length + 3;
      purse.spend(ofName + roughSize(value, purse.left));
      return value;
    };
    const value: unknown = resolve(...call);
    return value instanceof Promise ? value.then(count) : count(value);
  };
}
