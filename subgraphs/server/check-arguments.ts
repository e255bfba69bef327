import { defaultFieldResolver, isIntrospectionType, isObjectType } from 'graphql';
import type { GraphQLSchema } from 'graphql';

import { checkTexts } from '../../core/parse.ts';

/** Fields whose verb refuses each member of a list alone. */
const membersAlone = new Set(['Mutation.submitJobs']);

/** Refuses text that the database cannot keep in any argument of any field before its resolver runs, in place. */
export function checkArguments(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.args.length === 0 || membersAlone.has(`${type.name}.${field.name}`)) continue;
      const { resolve = defaultFieldResolver, subscribe } = field;
      field.resolve = (source, args: object, ...rest) => {
        checkTexts(args, '');
        return resolve(source, args, ...rest);
      };
      if (subscribe === undefined) continue;
      field.subscribe = (source, args: object, ...rest) => {
        checkTexts(args, '');
        return subscribe(source, args, ...rest);
      };
    }
  }
}
