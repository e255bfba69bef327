import type { FetchNode, RequiredSelection } from '../../plan/plan.ts';
import type { TypeIndex } from '../../supergraph/type-index.ts';
import { type DataObject, replaceAt } from '../data.ts';
import { compileRepresentation, type Represent } from './representation.ts';
import type { Run } from '../run.ts';
import type { FetchPart } from './subgraph-answer.ts';
import { takeApart } from './take-apart.ts';

/** One `_entities` field of a request: equal selections at several places share one. */
export interface EntityPart {
  readonly fetch: FetchNode;
  /** The `{…}` below `_entities`. */
  readonly selection: string;
  /** What is asked of each entity, in whichever request it goes out. */
  readonly asked: string;
  readonly represent: Represent;
  /** A key field of the entity: objects that differ in it are not worth comparing. */
  readonly keyField: string | undefined;
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

const none: readonly string[] = [];

/** What works ask of their subgraph. */
export function askedBy(works: readonly EntityWork[]): readonly FetchPart[] {
  return works.map(({ part, representations }) => ({
    operation: part.fetch.operation,
    entities: representations.length,
    usages: part.fetch.variableUsages ?? none,
  }));
}

/** Compiles a fetch's part; fetches without a recognisable selection text are sent as planned, alone. */
export function createPart(
  fetch: FetchNode,
  path: readonly string[],
  types: TypeIndex,
): EntityPart {
  const requires = fetch.requires ?? [];
  return {
    fetch,
    selection: '',
    asked: takeApart(fetch)?.selection ?? fetch.operation,
    represent: compileRepresentation(requires, types, fetch.inputRewrites),
    keyField: findKeyField(requires),
    paths: [path],
  };
}

function findKeyField(requires: readonly RequiredSelection[]): string | undefined {
  for (const selection of requires) {
    if (selection.kind === 'InlineFragment') return findKeyField(selection.selections);
    if (selection.name !== '__typename' && selection.selections === undefined) {
      return selection.alias ?? selection.name;
    }
  }
  return undefined;
}

/** Collects the objects a part completes and writes each distinct representation once. */
export function gather(run: Run, part: EntityPart, key: string): EntityWork {
  const gathering = new Gathering(run, part, key);
  // A failed object is told apart from one that holds the same.
  const sharing = run.failures.size === 0 ? run.sharing : undefined;
  const { keyField } = part;
  // The last one that was not the same as those before it.
  const latest = new Map<unknown, DataObject>();
  for (const path of part.paths) {
    replaceAt(run.data, path, (object) => {
      const value = keyField === undefined ? undefined : object[keyField];
      const known = latest.get(value);
      if (known === object) return object;
      if (known !== undefined && sharing?.canReplace(object, known) === true) {
        sharing.shared.add(known);
        return known;
      }
      if (value !== undefined) latest.set(value, object);
      gathering.add(object);
      return object;
    });
  }
  return gathering.work;
}

/** Like `gather`, for objects already found. */
export function gatherFrom(
  run: Run,
  objects: readonly DataObject[],
  { part, key }: Pick<EntityWork, 'part' | 'key'>,
): EntityWork {
  const gathering = new Gathering(run, part, key);
  for (const object of objects) gathering.add(object);
  return gathering.work;
}

class Gathering {
  readonly work: EntityWork;
  readonly #run: Run;
  readonly #positions = new Map<string, number>();
  readonly #seen = new Set<DataObject>();

  constructor(run: Run, part: EntityPart, key: string) {
    this.#run = run;
    this.work = { part, key, representations: [], targets: [], positions: [] };
  }

  add(object: DataObject): void {
    if (this.#seen.has(object)) return;
    this.#seen.add(object);
    const { part, representations, targets, positions } = this.work;
    const text = part.represent(object, !this.#run.failures.has(object));
    if (text === undefined) return;
    let position = this.#positions.get(text);
    if (position === undefined) {
      position = representations.push(text) - 1;
      this.#positions.set(text, position);
    }
    targets.push(object);
    positions.push(position);
    this.#run.sharing?.awaiting.add(object);
  }
}
