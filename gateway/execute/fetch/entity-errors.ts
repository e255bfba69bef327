import { type DataObject, locate } from '../data.ts';
import type { EntityWork } from './gather.ts';
import { noteFailure, type Run } from '../run.ts';
import type { SubgraphAnswer, SubgraphError } from './subgraph-answer.ts';
import { clientPath, formatSubgraphError, renamer } from './subgraph-errors.ts';

/** One bad entity may stand at thousands of places; the answer names this many of them. */
const MAX_PLACES = 100;

/** Puts each error of an entity fetch at every client path where the entity stands. */
export function noteEntityErrors(
  run: Run,
  works: readonly EntityWork[],
  answer: SubgraphAnswer,
): void {
  for (const error of answer.errors ?? []) {
    const [key, position] = error.path ?? [];
    const work = works.find((candidate) => candidate.key === key);
    const isPlaced = typeof position === 'number' && work?.positions.includes(position) === true;
    if (isPlaced) noteAtPlaces(run, work, { error, position });
    else noteUnplaced(run, works, { error, answer });
  }
}

function noteUnplaced(
  run: Run,
  works: readonly EntityWork[],
  at: { error: SubgraphError; answer: SubgraphAnswer },
): void {
  const service = works[0]?.part.fetch.serviceName ?? '';
  if (at.answer.data) {
    run.errors.push(formatSubgraphError(at.error, service, undefined));
    return;
  }
  const code = at.error.extensions?.['code'];
  const failure = {
    service,
    message: at.error.message,
    code: typeof code === 'string' ? code : 'SUBGRAPH_FAILED',
  };
  for (const work of works) noteFailure(run, work.targets, failure);
}

function noteAtPlaces(
  run: Run,
  work: EntityWork,
  at: { error: SubgraphError; position: number },
): void {
  const { fetch } = work.part;
  const rename = renamer(run, fetch.outputRewrites);
  const wanted = new Set<DataObject>(
    work.targets.filter((_, index) => work.positions[index] === at.position),
  );
  const below = (at.error.path ?? []).slice(2);
  const places = work.part.paths
    .flatMap((path) => locate(run.data, path))
    .filter((place) => wanted.has(place.object))
    .slice(0, MAX_PLACES);
  for (const place of places) {
    const path = clientPath([...place.path, ...below], rename);
    run.errors.push(formatSubgraphError(at.error, fetch.serviceName, path));
  }
}
