import type { JsonObject } from '../../kernel/json.ts';
import type { RequestCache } from '../cache/request-cache.ts';
import type { FormattedError } from '../operation.ts';
import type { DataObject } from './data.ts';
import type { Sharing } from './fetch/sharing.ts';
import type { CallSubgraph, Failure } from './fetch/subgraph-answer.ts';

/** The state of one execution: filled by fetches, read by projection. */
export interface Run {
  readonly data: DataObject;
  readonly variables: JsonObject;
  readonly errors: FormattedError[];
  /** Why fields are left out for this caller: told in the first part of the answer. */
  readonly denied: readonly FormattedError[];
  /** Objects whose fields are missing because a call failed; projection turns them into errors with exact paths. */
  readonly failures: Map<DataObject, Failure>;
  /** Objects of which a subgraph gave nothing and said why in errors that have their own places. */
  readonly nulled: Set<DataObject>;
  readonly call: CallSubgraph;
  /** Undefined where nothing may be older than the request. */
  readonly cache: RequestCache | undefined;
  /** Undefined where equal entities have to stay apart. */
  readonly sharing: Sharing | undefined;
  /** Planned response key → the key the client chose. */
  readonly clientKeys: ReadonlyMap<string, string>;
}

/** Notes a failed call on the objects it should have completed. */
export function noteFailure(run: Run, targets: readonly DataObject[], failure: Failure): void {
  for (const target of targets) {
    if (!run.failures.has(target)) run.failures.set(target, failure);
  }
}
