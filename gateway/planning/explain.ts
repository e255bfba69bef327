import type { PlanNode, PlanRoot } from './plan.ts';

/** A plan for people: one line a step, indented, with what each subgraph is asked. */
export function explainPlan(plan: PlanRoot | undefined): string {
  if (plan === undefined) return 'No subgraph is asked.';
  if (plan.kind !== 'Subscription') return lines(plan, 0).join('\n');
  const rest = plan.rest === undefined ? [] : ['For each event:', ...lines(plan.rest, 1)];
  return [`Subscribe to ${plan.primary.serviceName}: ${plan.primary.operation}`, ...rest].join(
    '\n',
  );
}

function lines(node: PlanNode, depth: number): string[] {
  const line = (text: string): string => `${'  '.repeat(depth)}${text}`;
  switch (node.kind) {
    case 'Fetch':
      return [line(`Fetch from ${node.serviceName}: ${node.operation}`)];
    case 'Sequence':
      return [
        line('One after another:'),
        ...node.nodes.flatMap((child) => lines(child, depth + 1)),
      ];
    case 'Parallel':
      return [line('At the same time:'), ...node.nodes.flatMap((child) => lines(child, depth + 1))];
    case 'Flatten':
      return [line(`For ${node.path.join('.')}:`), ...lines(node.node, depth + 1)];
    case 'Condition': {
      const branch = (text: string, child: PlanNode | undefined): string[] =>
        child === undefined ? [] : [line(text), ...lines(child, depth + 1)];
      return [
        ...branch(`If $${node.condition}:`, node.ifClause),
        ...branch(`Unless $${node.condition}:`, node.elseClause),
      ];
    }
    case 'Defer':
      return [
        line('First:'),
        ...(node.primary.node ? lines(node.primary.node, depth + 1) : []),
        ...node.deferred.flatMap((part) => [
          line(`Deferred at ${part.queryPath.join('.') || 'the root'}:`),
          ...(part.node ? lines(part.node, depth + 1) : []),
        ]),
      ];
  }
}
