import type { JsonValue } from '../../kernel/json.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type AssignmentOperator = '=' | '|=' | '//=' | `${ArithmeticOperator}=`;

export interface Definition {
  readonly name: string;
  /** `f` for a filter parameter, `$x` for a value parameter. */
  readonly parameters: readonly string[];
  readonly body: Node;
}

export interface ObjectEntry {
  readonly key: Node;
  readonly value: Node;
}

export type Pattern =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'array'; readonly items: readonly Pattern[] }
  | { readonly kind: 'object'; readonly entries: readonly PatternEntry[] };

export interface PatternEntry {
  readonly key: Node;
  /** `$name` and `$name: pattern` also bind the whole value. */
  readonly variable: string | undefined;
  readonly value: Pattern | undefined;
}

/** A source bound, value by value, to the first of the patterns that fits. */
export interface Binder {
  readonly source: Node;
  readonly patterns: readonly Pattern[];
}

/** The syntax tree; `offset` is there where a compile error can point. */
export type Node =
  | { readonly type: 'identity' }
  | { readonly type: 'literal'; readonly value: JsonValue }
  | { readonly type: 'location'; readonly line: number }
  | { readonly type: 'string'; readonly format: string; readonly parts: readonly (string | Node)[] }
  | { readonly type: 'format'; readonly format: string; readonly offset: number }
  | { readonly type: 'index'; readonly target: Node; readonly key: Node }
  | { readonly type: 'slice'; readonly target: Node; readonly from: Node; readonly to: Node }
  | { readonly type: 'iterate'; readonly target: Node }
  | { readonly type: 'array'; readonly body: Node | undefined }
  | { readonly type: 'object'; readonly entries: readonly ObjectEntry[] }
  | { readonly type: 'negate'; readonly body: Node }
  | { readonly type: 'pipe'; readonly left: Node; readonly right: Node }
  | { readonly type: 'comma'; readonly left: Node; readonly right: Node }
  | { readonly type: 'and'; readonly left: Node; readonly right: Node }
  | { readonly type: 'or'; readonly left: Node; readonly right: Node }
  | { readonly type: 'alternative'; readonly left: Node; readonly right: Node }
  | {
      readonly type: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Node;
      readonly right: Node;
    }
  | {
      readonly type: 'comparison';
      readonly operator: ComparisonOperator;
      readonly left: Node;
      readonly right: Node;
    }
  | {
      readonly type: 'assign';
      readonly operator: AssignmentOperator;
      readonly left: Node;
      readonly right: Node;
    }
  | { readonly type: 'if'; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly type: 'try'; readonly body: Node; readonly handler: Node | undefined }
  | { readonly type: 'reduce'; readonly binder: Binder; readonly init: Node; readonly update: Node }
  | {
      readonly type: 'foreach';
      readonly binder: Binder;
      readonly init: Node;
      readonly update: Node;
      readonly extract: Node;
    }
  | { readonly type: 'bind'; readonly binder: Binder; readonly body: Node }
  | { readonly type: 'label'; readonly name: string; readonly body: Node }
  | { readonly type: 'break'; readonly name: string; readonly offset: number }
  | { readonly type: 'variable'; readonly name: string; readonly offset: number }
  | {
      readonly type: 'call';
      readonly name: string;
      readonly args: readonly Node[];
      readonly offset: number;
    }
  | { readonly type: 'define'; readonly definition: Definition; readonly body: Node };

/** The node of one type. */
export type NodeOf<Type extends Node['type']> = Extract<Node, { readonly type: Type }>;

export const identity: Node = { type: 'identity' };
