import type { Rule } from '@oxlint/plugins';

/** Values of users are read by `parseJson`, which keeps the digits of numbers that a double would change. */
export const exactJson: Rule = {
  meta: {
    type: 'problem',
    docs: { description: 'JSON of users keeps the digits of its numbers' },
    schema: [],
    messages: { parse: 'Numbers would lose digits: parseJson(…) of kernel/json.ts.' },
  },
  create(context) {
    return {
      CallExpression(node) {
        const { callee } = node;
        if (
          callee.type === 'MemberExpression' &&
          callee.object.type === 'Identifier' &&
          callee.object.name === 'JSON' &&
          callee.property.type === 'Identifier' &&
          callee.property.name === 'parse'
        )
          context.report({ node, messageId: 'parse' });
      },
    };
  },
};
