import type { JsonObject } from '../../kernel/json.ts';
import { completeSelection } from '../answer/projection/complete.ts';
import { isAtOrBelow } from '../answer/projection/paths.ts';
import type { SelectionShape } from '../answer/projection/shape.ts';
import { Unexpected, writeSelection } from '../answer/projection/write.ts';
import type { FormattedError } from '../operation.ts';
import { locate } from './data.ts';
import type { CallSubgraph, Run } from './run.ts';
import type { DeferredSchedule } from './schedule.ts';
import { Sharing } from './sharing.ts';
import { clientPath, renamer } from './subgraph-errors.ts';
import type { DeferredShape, PlannedOperation, Variant } from './variant.ts';

/** Starts the state of one execution. */
export function startRun(
  operation: PlannedOperation,
  variables: JsonObject,
  from: { readonly call: CallSubgraph; readonly denied: readonly FormattedError[] },
): Run {
  return {
    data: {},
    variables,
    errors: [...from.denied],
    denied: from.denied,
    failures: new Map(),
    nulled: new Set(),
    call: from.call,
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

function projectAt(
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

/** Runs what @defer left for later; each part is sent as soon as its fetches are done. */
export async function* runDeferred(
  run: Run,
  variant: Variant,
): AsyncGenerator<string, void, undefined> {
  const waiting = new Map<number, Promise<Finished>>();
  let last = 0;
  const start = (part: DeferredSchedule, failures: Run['failures']): void => {
    const id = ++last;
    const own: Run = { ...run, errors: [], failures: new Map(failures) };
    waiting.set(
      id,
      part.run(own).then(() => ({ id, part, own })),
    );
  };
  for (const part of variant.schedule.deferred) start(part, run.failures);
  while (waiting.size > 0) {
    const { id, part, own } = await Promise.race(waiting.values());
    waiting.delete(id);
    for (const inner of part.deferred) start(inner, own.failures);
    const items = writeDeferred(own, part, variant).join(',');
    const hasNext = JSON.stringify(waiting.size > 0);
    yield `{"incremental":[${items}],"hasNext":${hasNext}}`;
  }
}

interface Finished {
  readonly id: number;
  readonly part: DeferredSchedule;
  readonly own: Run;
}

function writeDeferred(run: Run, part: DeferredSchedule, variant: Variant): string[] {
  const shape = part.label === undefined ? undefined : variant.deferred.get(part.label);
  if (shape === undefined) return [];
  const keys = part.queryPath.filter((element) => !element.startsWith('... on '));
  const rename = renamer(run);
  const items: string[] = [];
  for (const { object, path: planned } of locate(run.data, keys)) {
    if (!standsOn(shape, object)) continue;
    const path = clientPath(planned, rename);
    const own: Run = { ...run, errors: run.errors.filter((error) => isBelow(error, path)) };
    const data = projectAt(own, shape.selection, { object, path });
    const label = shape.label === undefined ? '' : `,"label":${JSON.stringify(shape.label)}`;
    items.push(
      `{"data":${data},"path":${JSON.stringify(path)}${label}${errorsMember(own.errors)}}`,
    );
  }
  return items;
}

/** The path of a deferred fragment may lead through objects of other types than its own. */
function standsOn(shape: DeferredShape, object: Run['data']): boolean {
  const concrete = shape.selection.shapeOf(object);
  const typename = object['__typename'] ?? concrete?.type.name;
  return concrete !== undefined && concrete.type.name === typename;
}

function errorsMember(errors: readonly FormattedError[]): string {
  return errors.length === 0 ? '' : `,"errors":${JSON.stringify(errors)}`;
}

function isBelow(error: FormattedError, path: readonly (string | number)[]): boolean {
  return error.path === undefined || isAtOrBelow(error.path, path);
}
