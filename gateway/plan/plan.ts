import type { JsonValue } from '../../kernel/json.ts';

/** A step of the planner's tree, as plain JSON: it crosses a thread and may be stored. */
export type PlanNode =
  SequenceNode | ParallelNode | FetchNode | FlattenNode | DeferNode | ConditionNode;

/** What a whole operation is planned to; `undefined` when no subgraph is needed. */
export type PlanRoot = PlanNode | SubscriptionNode;

export interface SequenceNode {
  readonly kind: 'Sequence';
  readonly nodes: readonly PlanNode[];
}

export interface ParallelNode {
  readonly kind: 'Parallel';
  readonly nodes: readonly PlanNode[];
}

export interface SubscriptionNode {
  readonly kind: 'Subscription';
  readonly primary: FetchNode;
  readonly rest?: PlanNode;
}

export interface FetchNode {
  readonly kind: 'Fetch';
  readonly serviceName: string;
  readonly id?: string;
  readonly variableUsages?: readonly string[];
  /** Present on entity fetches: what a representation is made of. */
  readonly requires?: readonly RequiredSelection[];
  readonly operation: string;
  readonly operationName?: string;
  readonly operationKind: 'query' | 'mutation' | 'subscription';
  readonly inputRewrites?: readonly Rewrite[];
  readonly outputRewrites?: readonly Rewrite[];
  readonly contextRewrites?: readonly KeyRenamer[];
}

/** Keys from the root; `@` goes through a list, `|A|B|` goes on only with objects of these types. */
export type PlanPath = readonly string[];

export interface FlattenNode {
  readonly kind: 'Flatten';
  readonly path: PlanPath;
  readonly node: PlanNode;
}

export interface ConditionNode {
  readonly kind: 'Condition';
  readonly condition: string;
  readonly ifClause?: PlanNode;
  readonly elseClause?: PlanNode;
}

export interface DeferNode {
  readonly kind: 'Defer';
  readonly primary: { readonly node?: PlanNode };
  readonly deferred: readonly DeferredNode[];
}

export interface DeferredNode {
  readonly depends: readonly { readonly id: string }[];
  readonly label?: string;
  readonly queryPath: readonly string[];
  readonly node?: PlanNode;
}

export type RequiredSelection =
  | {
      readonly kind: 'Field';
      /** The key of the field in the data, where that is not its name. */
      readonly alias?: string;
      readonly name: string;
      readonly selections?: readonly RequiredSelection[];
    }
  | {
      readonly kind: 'InlineFragment';
      readonly typeCondition?: string;
      readonly selections: readonly RequiredSelection[];
    };

export interface ValueSetter {
  readonly kind: 'ValueSetter';
  readonly path: readonly string[];
  readonly setValueTo: JsonValue;
}

export interface KeyRenamer {
  readonly kind: 'KeyRenamer';
  readonly path: readonly string[];
  readonly renameKeyTo: string;
}

export type Rewrite = ValueSetter | KeyRenamer;
