import type { ArithmeticOperator, AssignmentOperator, ComparisonOperator, Node } from './ast.ts';
import type { Token } from './lexer.ts';

/** A binary operator and how tightly it binds; `|` and `,` are left to the parser. */
export interface Operator {
  readonly precedence: number;
  readonly associativity: 'left' | 'right' | 'none';
  readonly node: (left: Node, right: Node) => Node;
}

const operators = new Map<string, Operator>([
  [
    '//',
    {
      precedence: 2,
      associativity: 'right',
      node: (left, right) => ({ type: 'alternative', left, right }),
    },
  ],
  ...(['=', '|=', '//=', '+=', '-=', '*=', '/=', '%='] as const).map(assignment),
  [
    'or',
    { precedence: 4, associativity: 'left', node: (left, right) => ({ type: 'or', left, right }) },
  ],
  [
    'and',
    { precedence: 5, associativity: 'left', node: (left, right) => ({ type: 'and', left, right }) },
  ],
  ...(['==', '!=', '<', '<=', '>', '>='] as const).map(comparison),
  ...(['+', '-'] as const).map((operator) => arithmetic(operator, 7)),
  ...(['*', '/', '%'] as const).map((operator) => arithmetic(operator, 8)),
]);

export function operatorAt({ kind, text }: Token): Operator | undefined {
  return kind === 'operator' || kind === 'keyword' ? operators.get(text) : undefined;
}

export function withOperator(operator: Operator, left: Node, right: Node): Node {
  return operator.node(left, right);
}

function assignment(operator: AssignmentOperator): [string, Operator] {
  return [
    operator,
    {
      precedence: 3,
      associativity: 'none',
      node: (left, right) => ({ type: 'assign', operator, left, right }),
    },
  ];
}

function comparison(operator: ComparisonOperator): [string, Operator] {
  return [
    operator,
    {
      precedence: 6,
      associativity: 'none',
      node: (left, right) => ({ type: 'comparison', operator, left, right }),
    },
  ];
}

function arithmetic(operator: ArithmeticOperator, precedence: number): [string, Operator] {
  return [
    operator,
    {
      precedence,
      associativity: 'left',
      node: (left, right) => ({ type: 'arithmetic', operator, left, right }),
    },
  ];
}
