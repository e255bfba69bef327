import type { ESTree, Rule } from '@oxlint/plugins';

type Node = ESTree.Node;

/** What serves many members at once lets one that fails fail alone. */
export const membersAlone: Rule = {
  meta: {
    type: 'problem',
    docs: { description: 'a member of a batch or a shared transaction fails alone' },
    schema: [],
    messages: {
      loader:
        'One bad key would fail all: new DataLoader(isolating(…)), or loader() and byId() of subgraphs/server.',
      loop: 'One bad member would undo all tenants: a transaction or inSavepoint(…) for each turn of the loop.',
    },
  },
  create(context) {
    const check = (node: Node): void => {
      if (isInSharedTransaction(node) && !context.sourceCode.getText(node).includes('inSavepoint('))
        context.report({ node, messageId: 'loop' });
    };
    return {
      NewExpression(node) {
        if (node.callee.type !== 'Identifier' || node.callee.name !== 'DataLoader') return;
        const [batch] = node.arguments;
        const isIsolated =
          batch?.type === 'CallExpression' &&
          batch.callee.type === 'Identifier' &&
          batch.callee.name === 'isolating';
        if (!isIsolated) context.report({ node, messageId: 'loader' });
      },
      ForStatement: check,
      ForOfStatement: check,
      ForInStatement: check,
      WhileStatement: check,
    };
  },
};

/** Inside the work of `asSystem(work)`, which sees all tenants. */
function isInSharedTransaction(node: Node): boolean {
  for (let inner: Node | null = node; inner !== null; inner = parentOf(inner)) {
    const outer = parentOf(inner);
    if (outer?.type === 'CallExpression' && outer.callee !== inner && isAsSystem(outer.callee))
      return true;
  }
  return false;
}

function isAsSystem(callee: { readonly type: string }): boolean {
  return (
    'property' in callee &&
    typeof callee.property === 'object' &&
    callee.property !== null &&
    'name' in callee.property &&
    callee.property.name === 'asSystem'
  );
}

// The tree's root has no parent, whatever the type says.
function parentOf(node: Node): Node | null {
  return (node as { readonly parent?: Node | null }).parent ?? null;
}
