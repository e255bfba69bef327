import { defaultFieldResolver } from 'graphql';
import type { GraphQLSchema } from 'graphql';

import type { SubgraphContext } from './context.ts';

/** Lets who wrote see it in lists that may be stale: each mutation is noted when it is over, in place. */
export function noteWrites(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = async (...call: Parameters<typeof resolve>) => {
      // It is the one that resolvers are called with here.
      const context = call[2] as SubgraphContext;
      try {
        return await resolve(...call);
      } finally {
        // Also after a failure, which may have come when something was written already.
        context.database.noteWrite(context.actor.tenantId);
      }
    };
  }
}
