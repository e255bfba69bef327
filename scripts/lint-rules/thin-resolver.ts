import type { Rule } from '@oxlint/plugins';

const databaseDoors: ReadonlySet<string> = new Set(['prisma', 'pool', 'withTenant', 'asSystem']);

/** A resolver maps arguments, makes one call and presents the answer; errors are mapped once, in the server. */
export const thinResolver: Rule = {
  meta: {
    type: 'problem',
    docs: { description: 'resolvers hold no error handling and no database access' },
    schema: [],
    messages: {
      noTry: 'A resolver does not catch: throw an AppError in the verb, the server maps it.',
      noDatabase: 'A resolver does not reach the database: call a verb of core/.',
    },
  },
  create: (context) => ({
    TryStatement: (node) => context.report({ node, messageId: 'noTry' }),
    MemberExpression(node) {
      const { property } = node;
      if (property.type === 'Identifier' && databaseDoors.has(property.name)) {
        context.report({ node, messageId: 'noDatabase' });
      }
    },
  }),
};
