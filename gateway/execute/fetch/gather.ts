import type { FetchNode, RequiredSelection } from '../../plan/plan.ts';
import type { TypeIndex } from '../../supergraph/type-index.ts';
import { type DataObject, type DataValue, replaceAt } from '../data.ts';
import { compileRepresentation, hasFragmentBelow, type Represent } from './representation.ts';
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
  /** Whether every representation holds the key field, so that two which differ in it are not the same. */
  readonly isKeyed: boolean;
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
    isKeyed: requires.length === 1 && !hasFragmentBelow(requires[0]),
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
      gathering.add(object, part.isKeyed && known === undefined && isPlain(value));
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
  for (const object of objects) gathering.add(object, false);
  return gathering.work;
}

/** True for what is written alike only where it is the same. */
function isPlain(value: DataValue | undefined): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

class Gathering {
  readonly work: EntityWork;
  readonly #run: Run;
  /** Of the first representations; the others are looked through when one may be the same. */
  readonly #positions = new Map<string, number>();
  readonly #seen = new Set<DataObject>();

  constructor(run: Run, part: EntityPart, key: string) {
    this.#run = run;
    this.work = { part, key, representations: [], targets: [], positions: [] };
    run.sharing?.await(this.work.targets);
  }

  /** `isNew` says that no representation so far can be the same. */
  add(object: DataObject, isNew: boolean): void {
    if (this.#seen.has(object)) return;
    this.#seen.add(object);
    const { part, representations, targets, positions } = this.work;
    const text = part.represent(object, !this.#run.failures.has(object));
    if (text === undefined) return;
    const position = (isNew ? undefined : this.#find(text)) ?? representations.push(text) - 1;
    targets.push(object);
    positions.push(position);
  }

  #find(text: string): number | undefined {
    const { representations } = this.work;
    for (let at = this.#positions.size; at < representations.length; at += 1)
      this.#positions.set(representations[at] ?? '', at);
    return this.#positions.get(text);
  }
}
