import { type EntityAsk, lookUpEntities } from '../../cache/entity-lookup.ts';
import type { FetchNode, KeyRenamer } from '../../plan/plan.ts';
import type { TypeIndex } from '../../supergraph/type-index.ts';
import { type DataObject, type DataValue, locate } from '../data.ts';
import { distribute } from './entity-answer.ts';
import { type EntityPart, type EntityWork, gather, gatherFrom, askedBy } from './gather.ts';
import { requestHead, variableText } from './request-text.ts';
import { readContext } from '../rewrites.ts';
import type { Run } from '../run.ts';

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
    await askEntities(run, [work], {
      ...{ service: fetch.serviceName, types },
      variablesOf: () => variables,
      bodyOf: (works) => bodyOf(head, variables, works),
    });
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
      await askEntities(run, [work], {
        ...{ service: fetch.serviceName, types, isCopying: true },
        variablesOf: () => variables,
        bodyOf: (works) => bodyOf(head, variables, works),
      });
    });
    await Promise.all(calls);
  };
}

function bodyOf(head: string, variables: string, works: readonly EntityWork[]): string {
  const representations = works.flatMap((work) => work.representations).join(',');
  return `${head}${variables}${variables === '' ? '' : ','}"representations":[${representations}]}}`;
}

/** Asks for entities, of the cache first where there is one, and puts what came into the data. */
export async function askEntities(
  run: Run,
  works: readonly EntityWork[],
  ask: EntityAsk,
): Promise<void> {
  if (run.cache !== undefined) {
    await lookUpEntities(run.cache, works, { run, ask });
    return;
  }
  const answer = await run.call(ask.service, ask.bodyOf(works), askedBy(works));
  distribute(run, works, { types: ask.types, answer, isCopying: ask.isCopying === true });
}

function pick(run: Run, fetch: FetchNode): Record<string, unknown> {
  return Object.fromEntries(
    (fetch.variableUsages ?? []).map((name) => [name, run.variables[name]] as const),
  );
}
