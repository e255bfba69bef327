import type { ESTree, Rule } from '@oxlint/plugins';

type Call = ESTree.CallExpression;

/** Of callers, and of who holds a link and has no permissions. */
const checks = ['permit', 'permitLinkHolder'];

/** A verb that opens a writing transaction checks a permission and leaves an audit row in it. */
export const verbGuards: Rule = {
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
    const writes: Call[] = [];
    const calls = new Set<string | undefined>();
    return {
      CallExpression(node) {
        const name = calledName(node);
        calls.add(name);
        if (name === 'withTenant' && !isReadOnly(node)) writes.push(node);
      },
      'Program:exit'() {
        for (const node of writes) {
          if (!checks.some((check) => calls.has(check)))
            context.report({ node, messageId: 'noPermit' });
          if (!calls.has('record')) context.report({ node, messageId: 'noRecord' });
        }
      },
    };
  },
};

function calledName({ callee }: Call): string | undefined {
  const named = callee.type === 'MemberExpression' ? callee.property : callee;
  return named.type === 'Identifier' ? named.name : undefined;
}

/** `withTenant(tenantId, work, { isReadOnly: true })`. */
function isReadOnly({ arguments: [, , options] }: Call): boolean {
  if (options?.type !== 'ObjectExpression') return false;
  return options.properties.some(
    (property) =>
      property.type === 'Property' &&
      property.key.type === 'Identifier' &&
      property.key.name === 'isReadOnly' &&
      property.value.type === 'Literal' &&
      property.value.value === true,
  );
}
