import type { FetchNode, KeyRenamer, Rewrite } from '../plan/plan.ts';
import type { TypeIndex } from '../supergraph/type-index.ts';
import { type DataObject, type DataValue, isDataObject, locate, mergeInto } from './data.ts';
import { noteEntityErrors } from './entity-errors.ts';
import { type EntityPart, type EntityWork, gather, gatherFrom } from './gather.ts';
import { requestHead, variableText } from './request-text.ts';
import { applyRewrites, readContext } from './rewrites.ts';
import { type Failure, noteFailure, type Run, type SubgraphAnswer } from './run.ts';

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

interface Received {
  readonly types: TypeIndex;
  readonly answer: SubgraphAnswer;
  /** Equal entities at several places may differ later: each target gets its own copy. */
  readonly isCopying?: boolean;
}

/** Fans the entities of an answer out to every object that asked for them. */
export function distribute(run: Run, works: readonly EntityWork[], received: Received): void {
  const { answer } = received;
  if (answer.errors !== undefined && answer.errors.length > 0) noteEntityErrors(run, works, answer);
  for (const work of works) {
    if (answer.failure !== undefined) noteFailure(run, work.targets, answer.failure);
    const entities = answer.data?.[work.key];
    const isNulled = !answer.data || (entities === null && (answer.errors ?? []).length > 0);
    if (isNulled) for (const target of work.targets) run.nulled.add(target);
    else mergeEntities(run, { work, entities: readEntities(work, entities) }, received);
  }
}

/** Which entity is whose is known by its place alone: one that is missing makes all of them doubtful. */
function readEntities(work: EntityWork, entities: DataValue | undefined): Entities {
  const wanted = work.representations.length;
  if (Array.isArray(entities) && entities.length === wanted) return entities;
  const given = Array.isArray(entities) ? `${entities.length}` : 'no list of them';
  return misfit(work, `gave ${given} where ${wanted} entities were asked for`);
}

type Entities = DataValue[] | Failure;

function misfit({ part }: EntityWork, what: string): Failure {
  const service = part.fetch.serviceName;
  return { service, code: 'SUBGRAPH_FAILED', message: `Subgraph "${service}" ${what}` };
}

function mergeEntities(
  run: Run,
  { work, entities }: { readonly work: EntityWork; readonly entities: Entities },
  received: Received,
): void {
  if (!Array.isArray(entities)) {
    noteFailure(run, work.targets, entities);
    return;
  }
  const rewrites = work.part.fetch.outputRewrites ?? [];
  const rewritten = new Set<DataObject>();
  for (const [index, target] of work.targets.entries()) {
    const entity = entities[work.positions[index] ?? 0] ?? null;
    if (entity === null) continue;
    if (!isEntityOf(entity, target, received.types)) {
      noteFailure(run, [target], misfit(work, 'gave something else for an entity'));
      continue;
    }
    if (rewrites.length > 0 && !rewritten.has(entity)) {
      rewritten.add(entity);
      rewriteEntity(rewrites, { entity, target }, received.types);
    }
    keepConcreteType(entity, target, received.types);
    mergeInto(target, received.isCopying === true ? structuredClone(entity) : entity);
  }
}

/** False for what is no object, or one of another type than was asked for. */
function isEntityOf(entity: DataValue, target: DataObject, types: TypeIndex): entity is DataObject {
  if (!isDataObject(entity)) return false;
  const { __typename: given = null } = entity;
  const { __typename: known = null } = target;
  if (given === null || known === null || given === known) return true;
  if (typeof given !== 'string' || typeof known !== 'string') return false;
  return types.satisfies(given, known) || types.satisfies(known, given);
}

/** The subgraph of an `@interfaceObject` names the interface where another has named the type. */
function keepConcreteType(entity: DataObject, target: DataObject, types: TypeIndex): void {
  const { __typename: given } = entity;
  const { __typename: known } = target;
  if (
    given !== known &&
    typeof given === 'string' &&
    known !== undefined &&
    types.isInterface(given)
  ) {
    entity['__typename'] = known;
  }
}

function rewriteEntity(
  rewrites: readonly Rewrite[],
  at: { entity: DataObject; target: DataObject },
  types: TypeIndex,
): void {
  const { entity, target } = at;
  if (entity['__typename'] === undefined && target['__typename'] !== undefined) {
    entity['__typename'] = target['__typename'];
  }
  applyRewrites(rewrites, entity, types);
}
