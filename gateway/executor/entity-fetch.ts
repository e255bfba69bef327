import type { FetchNode, KeyRenamer, Rewrite } from '../planning/plan.ts';
import type { TypeIndex } from '../supergraph/type-index.ts';
import {
  collect,
  type DataObject,
  type DataValue,
  isDataObject,
  locate,
  mergeInto,
} from './data.ts';
import { noteEntityErrors } from './entity-errors.ts';
import { compileRepresentation, type Represent } from './representation.ts';
import { requestHead, variableText } from './request-text.ts';
import { applyRewrites, readContext } from './rewrites.ts';
import { noteFailure, type Run, type SubgraphAnswer } from './run.ts';

/** One `_entities` field of a request: equal selections at several places share one. */
export interface EntityPart {
  readonly fetch: FetchNode;
  /** The `{…}` below `_entities`. */
  readonly selection: string;
  readonly represent: Represent;
  readonly paths: (readonly string[])[];
}

/** The representations one part sends, and which object each answer goes to. */
export interface EntityWork {
  readonly part: EntityPart;
  readonly key: string;
  readonly representations: string[];
  readonly targets: DataObject[];
  /** Position in `representations` of each target. */
  readonly positions: number[];
}

/** Compiles a fetch's part; fetches without a recognisable selection text are sent as planned, alone. */
export function createPart(
  fetch: FetchNode,
  path: readonly string[],
  types: TypeIndex,
): EntityPart {
  return {
    fetch,
    selection: '',
    represent: compileRepresentation(fetch.requires ?? [], types, fetch.inputRewrites),
    paths: [path],
  };
}

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
      const work = gatherFrom(objects, { part, key: '_entities', failures: run.failures });
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

/** Collects the objects a part completes and writes each distinct representation once. */
export function gather(run: Run, part: EntityPart, key: string): EntityWork {
  const objects: DataObject[] = [];
  for (const path of part.paths) collect(run.data, path, objects);
  return gatherFrom(objects, { part, key, failures: run.failures });
}

function gatherFrom(
  objects: readonly DataObject[],
  { part, key, failures }: Gathering,
): EntityWork {
  const work: EntityWork = { part, key, representations: [], targets: [], positions: [] };
  const known = new Map<string, number>();
  const seen = new Set<DataObject>();
  for (const object of objects) {
    if (seen.has(object)) continue;
    seen.add(object);
    const text = part.represent(object, !failures.has(object));
    if (text === undefined) continue;
    let position = known.get(text);
    if (position === undefined) {
      position = work.representations.push(text) - 1;
      known.set(text, position);
    }
    work.targets.push(object);
    work.positions.push(position);
  }
  return work;
}

interface Gathering {
  readonly part: EntityPart;
  readonly key: string;
  readonly failures: Run['failures'];
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
    if (Array.isArray(entities)) mergeEntities(work, entities, received);
  }
}

function mergeEntities(work: EntityWork, entities: DataValue[], received: Received): void {
  const rewrites = work.part.fetch.outputRewrites ?? [];
  const rewritten = new Set<DataObject>();
  for (const [index, target] of work.targets.entries()) {
    const entity = entities[work.positions[index] ?? 0];
    if (!isDataObject(entity)) continue;
    if (rewrites.length > 0 && !rewritten.has(entity)) {
      rewritten.add(entity);
      rewriteEntity(rewrites, { entity, target }, received.types);
    }
    keepConcreteType(entity, target, received.types);
    mergeInto(target, received.isCopying === true ? structuredClone(entity) : entity);
  }
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
