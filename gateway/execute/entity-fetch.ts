import type { FetchNode, KeyRenamer } from '../plan/plan.ts';
import type { TypeIndex } from '../supergraph/type-index.ts';
import { type DataObject, type DataValue, locate } from './data.ts';
import { distribute } from './entity-answer.ts';
import { type EntityPart, gather, gatherFrom } from './gather.ts';
import { requestHead, variableText } from './request-text.ts';
import { readContext } from './rewrites.ts';
import type { Run } from './run.ts';

/** Compiles an entity fetch that goes out as the planner wrote it. */
export function compileEntityFetch(
  part: EntityPart,
  types: TypeIndex,
): (run: Run) => Promise<void> {
  const { fetch } = part;
  if (fetch.contextRewrites !== undefined && fetch.contextRewrites.length > 0) {
    return compileContextFetch(part, fetch.contextRewrites, types);
  }
  const head = requestHead(fetch.operation, fetch.operationName);
  const usages = fetch.variableUsages ?? [];
  return async (run) => {
    const work = gather(run, part, '_entities');
    if (work.representations.length === 0) return;
    const variables = variableText(usages, run.variables);
    const body = `${head}${variables}${variables === '' ? '' : ','}"representations":[${work.representations.join(',')}]}}`;
    distribute(run, [work], { types, answer: await run.call(fetch.serviceName, body) });
  };
}

/** Entities that take arguments from above them are asked for once per set of argument values. */
function compileContextFetch(
  part: EntityPart,
  rewrites: readonly KeyRenamer[],
  types: TypeIndex,
): (run: Run) => Promise<void> {
  const { fetch } = part;
  const head = requestHead(fetch.operation, fetch.operationName);
  return async (run) => {
    const groups = new Map<string, { values: Record<string, DataValue>; objects: DataObject[] }>();
    for (const place of part.paths.flatMap((path) => locate(run.data, path))) {
      const values = readContext(rewrites, place, types);
      const key = JSON.stringify(values);
      const group = groups.get(key) ?? { values, objects: [] };
      group.objects.push(place.object);
      groups.set(key, group);
    }
    const calls = [...groups.values()].map(async ({ values, objects }) => {
      const work = gatherFrom(run, objects, { part, key: '_entities' });
      if (work.representations.length === 0) return;
      const variables = JSON.stringify({ ...pick(run, fetch), ...values }).slice(1, -1);
      const body = `${head}${variables}${variables === '' ? '' : ','}"representations":[${work.representations.join(',')}]}}`;
      distribute(run, [work], {
        types,
        answer: await run.call(fetch.serviceName, body),
        isCopying: true,
      });
    });
    await Promise.all(calls);
  };
}

function pick(run: Run, fetch: FetchNode): Record<string, unknown> {
  return Object.fromEntries(
    (fetch.variableUsages ?? []).map((name) => [name, run.variables[name]] as const),
  );
}
