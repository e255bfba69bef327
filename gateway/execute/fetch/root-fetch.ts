import type { FetchNode } from '../../plan/plan.ts';
import type { TypeIndex } from '../../supergraph/type-index.ts';
import { collect, type DataObject, locate, mergeInto } from '../data.ts';
import { requestHead, variableText } from './request-text.ts';
import { applyRewrites } from '../rewrites.ts';
import { noteFailure, type Run } from '../run.ts';
import type { SubgraphAnswer } from './subgraph-answer.ts';
import { clientPath, formatSubgraphError, renamer } from './subgraph-errors.ts';

/** Compiles a fetch that asks a subgraph's root fields. */
export function compileRootFetch(
  fetch: FetchNode,
  path: readonly string[],
  types: TypeIndex,
): (run: Run) => Promise<void> {
  const head = requestHead(fetch.operation, fetch.operationName);
  const usages = fetch.variableUsages ?? [];
  return async (run) => {
    const targets: DataObject[] = [];
    collect(run.data, path, targets);
    if (targets.length === 0) return;
    run.sharing?.await(targets);
    const body = `${head}${variableText(usages, run.variables)}}}`;
    const { serviceName: service, operation } = fetch;
    const { call, cache, variables } = run;
    const answer = await (cache === undefined
      ? call(service, body, [{ operation, entities: undefined, usages }])
      : cache.root({ service, operation, usages, variables, body, call }));
    mergeRootAnswer(run, { fetch, path, types, targets }, answer);
  };
}

interface RootTarget {
  readonly fetch: FetchNode;
  readonly path: readonly string[];
  readonly types: TypeIndex;
  readonly targets: readonly DataObject[];
}

/** Merges what root fields gave, or notes why they are missing; events of subscriptions come this way too. */
export function mergeRootAnswer(run: Run, at: RootTarget, answer: SubgraphAnswer): void {
  const { fetch, targets } = at;
  if (answer.failure !== undefined) noteFailure(run, targets, answer.failure);
  if (answer.errors !== undefined && answer.errors.length > 0) noteErrors(run, at, answer);
  if (!answer.data) {
    for (const target of targets) run.nulled.add(target);
    return;
  }
  if (fetch.outputRewrites) applyRewrites(fetch.outputRewrites, answer.data, at.types);
  for (const [index, target] of targets.entries()) {
    mergeInto(target, index === 0 ? answer.data : structuredClone(answer.data));
  }
}

function noteErrors(run: Run, at: RootTarget, answer: SubgraphAnswer): void {
  const { fetch, path, targets } = at;
  const rename = renamer(run, fetch.outputRewrites);
  const places = path.length === 0 ? [{ path: [] }] : locate(run.data, path);
  for (const error of answer.errors ?? []) {
    if (error.path === undefined && !answer.data) {
      const code = error.extensions?.['code'];
      noteFailure(run, targets, {
        service: fetch.serviceName,
        message: error.message,
        code: typeof code === 'string' ? code : 'SUBGRAPH_FAILED',
      });
    } else if (error.path === undefined) {
      run.errors.push(formatSubgraphError(error, fetch.serviceName, undefined));
    } else {
      for (const place of places) {
        const full = clientPath([...place.path, ...error.path], rename);
        run.errors.push(formatSubgraphError(error, fetch.serviceName, full));
      }
    }
  }
}
