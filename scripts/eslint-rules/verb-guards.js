// A verb that opens a writing transaction checks a permission and leaves an audit row in it.

const isReadOnly = (options) =>
  options?.type === 'ObjectExpression' &&
  options.properties.some(
    (property) => property.key?.name === 'isReadOnly' && property.value?.value === true,
  );

const calledName = (callee) =>
  callee.type === 'MemberExpression' ? callee.property.name : callee.name;

/** @type {import('eslint').Rule.RuleModule} */
export const verbGuards = {
  meta: {
    type: 'problem',
    docs: { description: 'a writing transaction has a permission check and an audit row' },
    schema: [],
    messages: {
      noPermit: 'This verb writes but never calls permit(…).',
      noRecord: 'This verb writes but never calls record(…): no effect without an audit row.',
    },
  },
  create(context) {
    const writes = [];
    const calls = new Set();
    return {
      CallExpression(node) {
        const name = calledName(node.callee);
        calls.add(name);
        if (name === 'withTenant' && !isReadOnly(node.arguments[2])) writes.push(node);
      },
      'Program:exit'() {
        for (const node of writes) {
          if (!calls.has('permit')) context.report({ node, messageId: 'noPermit' });
          if (!calls.has('record')) context.report({ node, messageId: 'noRecord' });
        }
      },
    };
  },
};
