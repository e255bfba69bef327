import type { Rewrite } from '../../plan/plan.ts';
import type { TypeIndex } from '../../supergraph/type-index.ts';
import { type DataObject, type DataValue, isDataObject, mergeInto } from '../data.ts';
import { noteEntityErrors } from './entity-errors.ts';
import type { EntityWork } from './gather.ts';
import { applyRewrites } from '../rewrites.ts';
import { noteFailure, type Run } from '../run.ts';
import type { Failure, SubgraphAnswer } from './subgraph-answer.ts';

interface Received {
  readonly types: TypeIndex;
  readonly answer: SubgraphAnswer;
  /** Equal entities at several places may differ later: each target gets its own copy. */
  readonly isCopying?: boolean;
}

/** Fans the entities of an answer out to every object that asked for them. */
export function distribute(run: Run, works: readonly EntityWork[], received: Received): void {
  const { answer } = received;
  noteEntityErrors(run, works, answer);
  for (const work of works) {
    if (answer.failure !== undefined) noteFailure(run, work.targets, answer.failure);
    const entities = answer.data?.[work.key];
    if (isNulled(answer, entities)) for (const target of work.targets) run.nulled.add(target);
    else mergeEntities(run, { work, entities: readEntities(work, entities) }, received);
  }
}

/** No entity was given, and the errors say why. */
function isNulled({ data, errors = [] }: SubgraphAnswer, entities: DataValue | undefined): boolean {
  return !data || (entities === null && errors.length > 0);
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
  const settle = createRewriter(work, received.types);
  for (const [index, target] of work.targets.entries()) {
    const entity = entities[work.positions[index] ?? 0] ?? null;
    if (entity === null) continue;
    if (isEntityOf(entity, target, received.types)) {
      settle(entity, target);
      mergeInto(target, received.isCopying === true ? structuredClone(entity) : entity);
    } else noteFailure(run, [target], misfit(work, 'gave something else for an entity'));
  }
}

/** Brings an entity into the words of the plan; one that several objects share is rewritten once. */
function createRewriter(
  { part }: EntityWork,
  types: TypeIndex,
): (entity: DataObject, target: DataObject) => void {
  const rewrites = part.fetch.outputRewrites ?? [];
  const rewritten = new Set<DataObject>();
  return (entity, target) => {
    if (rewrites.length > 0 && !rewritten.has(entity)) {
      rewritten.add(entity);
      rewriteEntity(rewrites, { entity, target }, types);
    }
    keepConcreteType(entity, target, types);
  };
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
