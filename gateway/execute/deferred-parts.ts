import { isAtOrBelow, type Path } from '../answer/projection/paths.ts';
import type { DeferFormat, FormattedError } from '../operation.ts';
import { type DataValue, isDataObject, locate, parseData } from './data.ts';
import { projectAt } from './project.ts';
import type { Run } from './run.ts';
import type { DeferredSchedule } from './schedule.ts';
import { clientPath, renamer } from './fetch/subgraph-errors.ts';
import type { DeferredShape, Variant } from './operation/variant.ts';

/** One object on which a deferred fragment stands. */
interface DeferredPlace {
  readonly id: string;
  readonly label: string | undefined;
  readonly shape: DeferredShape;
  /** Where it is in the data: equal objects may become one while they are fetched. */
  readonly planned: Path;
  readonly path: Path;
}

/** A place with what was put there. */
interface DeferredItem extends DeferredPlace {
  /** JSON text; `null` when a null climbed to the top of the fragment. */
  readonly data: string;
  readonly errors: readonly FormattedError[];
}

interface StartedPart {
  readonly part: DeferredSchedule;
  readonly places: readonly DeferredPlace[];
  readonly own: Run;
}

/** What @defer left for later: what the first payload says of it, and the payloads to come. */
export interface DeferredParts {
  /** Members of the first payload; undefined when nothing is to come. */
  readonly first: string | undefined;
  readonly later: AsyncIterable<string>;
}

/** Gives what was deferred; each part is fetched when the first payload was taken, and sent when it is complete. */
export function deferParts(run: Run, variant: Variant, asked: DeferAsked): DeferredParts {
  const write = formats[asked.format];
  let count = 0;
  const begin = (parts: readonly DeferredSchedule[], from: Run['failures']): StartedPart[] =>
    parts.map((part) => {
      const own: Run = { ...run, errors: [], failures: new Map(from) };
      const places = placesOf(run, part, variant).map((at) => ({ ...at, id: `${count++}` }));
      return { part, own, places };
    });
  const shown = asked.isWhole ? () => true : presentIn(asked.data);
  const started = begin(variant.schedule.deferred, run.failures).map((one) => ({
    ...one,
    places: one.places.filter(({ path }) => shown(path)),
  }));
  return {
    first: write.first(started.flatMap(({ places }) => places)),
    later: later(started),
  };

  async function* later(starting: readonly StartedPart[]): AsyncGenerator<string, void, undefined> {
    const waiting = new Map<StartedPart, Promise<StartedPart>>();
    const start = (one: StartedPart): void =>
      void waiting.set(
        one,
        one.part.run(one.own).then(() => one),
      );
    starting.forEach(start);
    while (waiting.size > 0) {
      const done = await Promise.race(waiting.values());
      waiting.delete(done);
      const inner = begin(done.part.deferred, done.own.failures);
      inner.forEach(start);
      const items = done.places.map((place) => complete(done.own, place));
      const pending = inner.flatMap(({ places }) => places);
      yield write.next({ items, pending, hasNext: waiting.size > 0 });
    }
  }
}

/** How the first part turned out and what the client reads. */
export interface DeferAsked {
  readonly format: DeferFormat;
  /** The first part as JSON text. */
  readonly data: string;
  /** Nothing in it was nulled. */
  readonly isWhole: boolean;
}

interface NextPayload {
  readonly items: readonly DeferredItem[];
  readonly pending: readonly DeferredPlace[];
  readonly hasNext: boolean;
}

interface PartsFormat {
  first(pending: readonly DeferredPlace[]): string | undefined;
  next(payload: NextPayload): string;
}

const formats: Readonly<Record<DeferFormat, PartsFormat>> = {
  'deferSpec=20220824': {
    first: () => '"hasNext":true',
    next: ({ items, hasNext }) => {
      const texts = items.map((item) => {
        const place = `"path":${JSON.stringify(item.path)}${labelMember(item)}`;
        return `{"data":${item.data},${place}${errorsMember(item.errors)}}`;
      });
      return `{"incremental":[${texts.join(',')}],"hasNext":${String(hasNext)}}`;
    },
  },
  'incrementalSpec=v0.2': {
    first: (pending) =>
      pending.length === 0 ? undefined : `${pendingMember(pending)}"hasNext":true`,
    next: ({ items, pending, hasNext }) => {
      const data = items.flatMap((item) =>
        item.data === 'null'
          ? []
          : [`{"data":${item.data},"id":"${item.id}"${errorsMember(item.errors)}}`],
      );
      const completed = items.map((item) => {
        const errors = item.data === 'null' ? errorsMember(item.errors) : '';
        return `{"id":"${item.id}"${errors}}`;
      });
      const incremental = data.length === 0 ? '' : `"incremental":[${data.join(',')}],`;
      const ended = completed.length === 0 ? '' : `"completed":[${completed.join(',')}],`;
      return `{${pendingMember(pending)}${incremental}${ended}"hasNext":${String(hasNext)}}`;
    },
  },
};

function pendingMember(pending: readonly DeferredPlace[]): string {
  if (pending.length === 0) return '';
  const texts = pending.map(
    (place) => `{"id":"${place.id}","path":${JSON.stringify(place.path)}${labelMember(place)}}`,
  );
  return `"pending":[${texts.join(',')}],`;
}

function labelMember({ label }: DeferredPlace): string {
  return label === undefined ? '' : `,"label":${JSON.stringify(label)}`;
}

function errorsMember(errors: readonly FormattedError[]): string {
  return errors.length === 0 ? '' : `,"errors":${JSON.stringify(errors)}`;
}

function placesOf(run: Run, part: DeferredSchedule, variant: Variant): Omit<DeferredPlace, 'id'>[] {
  const shape = part.label === undefined ? undefined : variant.deferred.get(part.label);
  if (shape === undefined) return [];
  const keys = part.queryPath.filter((element) => !element.startsWith('... on '));
  const rename = renamer(run);
  return locate(run.data, keys)
    .filter(({ object }) => standsOn(shape, object))
    .map(({ path }) => ({
      ...{ shape, planned: path, label: shape.label },
      path: clientPath(path, rename),
    }));
}

/** The path of a deferred fragment may lead through objects of other types than its own. */
function standsOn(shape: DeferredShape, object: Run['data']): boolean {
  const concrete = shape.selection.shapeOf(object);
  const typename = object['__typename'] ?? concrete?.type.name;
  return concrete !== undefined && concrete.type.name === typename;
}

function complete(run: Run, place: DeferredPlace): DeferredItem {
  const { shape, planned, path } = place;
  const errors = run.errors.filter(
    (error) => error.path === undefined || isAtOrBelow(error.path, path),
  );
  const own: Run = { ...run, errors };
  const object = valueAt(run.data, planned);
  const data = isDataObject(object) ? projectAt(own, shape.selection, { object, path }) : 'null';
  return { ...place, data, errors: own.errors };
}

/** Whether a path leads to an object of the first part: a null there takes with it what was deferred below. */
function presentIn(data: string): (path: Path) => boolean {
  const tree = parseData(data);
  return (path) => {
    const found = valueAt(tree, path);
    return typeof found === 'object' && found !== null;
  };
}

function valueAt(tree: DataValue, path: Path): DataValue | undefined {
  let current: DataValue | undefined = tree;
  for (const key of path) {
    if (Array.isArray(current)) current = current[Number(key)];
    else current = isDataObject(current) ? current[key] : undefined;
  }
  return current;
}
