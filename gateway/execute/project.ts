import type { JsonObject } from '../../kernel/json.ts';
import { completeSelection } from '../answer/projection/complete.ts';
import type { SelectionShape } from '../answer/projection/shape.ts';
import { Unexpected, writeSelection } from '../answer/projection/write.ts';
import type { FormattedError } from '../operation.ts';
import type { Run } from './run.ts';
import type { CallSubgraph } from './fetch/subgraph-answer.ts';
import { Sharing } from './fetch/sharing.ts';
import type { PlannedOperation, Variant } from './operation/variant.ts';

/** Starts the state of one execution. */
export function startRun(
  operation: PlannedOperation,
  variables: JsonObject,
  from: {
    readonly call: CallSubgraph;
    readonly cache?: Run['cache'];
    readonly denied: readonly FormattedError[];
  },
): Run {
  return {
    data: {},
    variables,
    errors: [...from.denied],
    denied: from.denied,
    failures: new Map(),
    nulled: new Set(),
    call: from.call,
    cache: from.cache,
    sharing: operation.isSharing ? new Sharing() : undefined,
    clientKeys: operation.keys.clientKeys,
  };
}

/** A projected tree as JSON text; errors found on the way are added to the run. */
export function project(run: Run, variant: Variant): string {
  if (variant.isUnresolvable) {
    run.errors.push({
      message: 'The subgraphs offer no way to resolve a field of this operation',
      extensions: { code: 'SUBGRAPH_FAILED' },
    });
    return 'null';
  }
  return projectAt(run, variant.selection, { object: run.data, path: [] });
}

/** As `project`, from an object within. */
export function projectAt(
  run: Run,
  selection: SelectionShape,
  at: { readonly object: Run['data']; readonly path: readonly (string | number)[] },
): string {
  if (run.failures.size === 0) {
    try {
      return writeSelection(selection, at.object, run.sharing?.shared);
    } catch (error) {
      if (!(error instanceof Unexpected)) throw error;
    }
  }
  const before = run.errors.length;
  const text = JSON.stringify(completeSelection(selection, at, run));
  if (run.errors.length === before) reportHiddenFailures(run);
  return text;
}

/** A call that failed without leaving a gap the client can see is still worth an error. */
function reportHiddenFailures(run: Run): void {
  for (const { message, code, service } of new Set(run.failures.values())) {
    run.errors.push({ message, extensions: { code, service } });
  }
}

/** `errors` as the beginning of a result, or nothing. */
export function errorsText(errors: readonly FormattedError[]): string {
  return errors.length === 0 ? '' : `"errors":${JSON.stringify(errors)},`;
}
