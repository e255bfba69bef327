// A resolver maps arguments, makes one call and presents the answer. Errors are mapped once, in the server.

/** @type {import('eslint').Rule.RuleModule} */
export const thinResolver = {
  meta: {
    type: 'problem',
    docs: { description: 'resolvers hold no error handling and no database access' },
    schema: [],
    messages: {
      noTry: 'A resolver does not catch: throw an AppError in the verb, the server maps it.',
      noDatabase: 'A resolver does not reach the database: call a verb of core/.',
    },
  },
  create(context) {
    return {
      TryStatement: (node) => context.report({ node, messageId: 'noTry' }),
      MemberExpression(node) {
        if (node.property.type !== 'Identifier') return;
        if (['prisma', 'pool', 'withTenant', 'asSystem'].includes(node.property.name)) {
          context.report({ node, messageId: 'noDatabase' });
        }
      },
    };
  },
};
