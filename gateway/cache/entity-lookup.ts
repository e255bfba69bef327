import { parseJson, type JsonValue } from '../../kernel/json.ts';
import { type DataObject, type DataValue, isDataObject, parseData } from '../execute/data.ts';
import { distribute } from '../execute/fetch/entity-answer.ts';
import { type EntityWork, askedBy } from '../execute/fetch/gather.ts';
import type { Run } from '../execute/run.ts';
import type { SubgraphAnswer } from '../execute/fetch/subgraph-answer.ts';
import type { TypeIndex } from '../supergraph/type-index.ts';
import type { CacheSource } from './cache-parts.ts';
import { type CallerKey, digest } from './caller-key.ts';
import { indexNames, tagsOfAnswer, tagsOfEntities } from './entry-tags.ts';
import type { FetchRules } from './fetch-rules.ts';
import type { Land } from './flights.ts';
import { keepingOf } from './keepable.ts';
import type { RequestCache } from './request-cache.ts';
import type { CacheEntry, KeptEntry, Moment } from './store.ts';
import { expandTag } from './tag-format.ts';

/** What is asked of entities. */
export interface EntityAsk {
  readonly service: string;
  readonly types: TypeIndex;
  /** The request for some of the works, or for parts of them. */
  readonly bodyOf: (works: readonly EntityWork[]) => string;
  /** The values of the variables that a work depends on besides its representations. */
  readonly variablesOf: (work: EntityWork) => string;
  readonly isCopying?: boolean;
}

/** Longer representations are named by a digest; those begin with `{`, which digests do not have. */
const LONGEST_REST = 200;

/** One entity that is wanted. */
interface Wanted {
  readonly work: EntityWork;
  /** In the representations of its work. */
  readonly index: number;
  readonly open: string;
  readonly own: string | undefined;
}

interface Begun {
  readonly wanted: Wanted;
  readonly land: Land | undefined;
}

/** Answers entities: those that are there from there, and the rest from the subgraph. */
export async function lookUpEntities(
  cache: RequestCache,
  works: readonly EntityWork[],
  { run, ask }: { readonly run: Run; readonly ask: EntityAsk },
): Promise<void> {
  const caller = await cache.callerOf(ask.service);
  if (caller !== undefined) {
    await new EntityLookup(cache, caller, { run, ask }).run(works);
    return;
  }
  const answer = cache.uncached(await run.call(ask.service, ask.bodyOf(works), askedBy(works)));
  distribute(run, works, { types: ask.types, answer, isCopying: ask.isCopying === true });
}

/** Looks for entities one by one, and asks once for all that are missing. */
class EntityLookup {
  readonly #cache: RequestCache;
  readonly #caller: CallerKey;
  readonly #run: Run;
  readonly #ask: EntityAsk;

  constructor(
    cache: RequestCache,
    caller: CallerKey,
    { run, ask }: { readonly run: Run; readonly ask: EntityAsk },
  ) {
    this.#cache = cache;
    this.#caller = caller;
    this.#run = run;
    this.#ask = ask;
  }

  async run(works: readonly EntityWork[]): Promise<void> {
    const { store, flights } = this.#cache.parts;
    const wanted = works.flatMap((work) => this.#name(work));
    const { entries, moment } = await store.get(
      wanted.map(({ open, own }) => (own === undefined ? [open] : [open, own])),
    );
    const isReading = this.#cache.isReading;
    const missing = this.#take(wanted, isReading ? entries : [], 'memory or Redis');
    const flying: Promise<CacheEntry | undefined>[] = [];
    const awaited: Wanted[] = [];
    const begun: Begun[] = [];
    for (const one of missing) {
      const flight = isReading ? flights.join(one.open) : undefined;
      if (flight === undefined) {
        const land = this.#cache.isKeeping ? flights.begin(one.open) : undefined;
        begun.push({ wanted: one, land });
      } else {
        awaited.push(one);
        flying.push(flight);
      }
    }
    // What others ask is waited for while the rest is asked: nobody who waits keeps others waiting.
    const landed = Promise.all(flying);
    await this.#fetch(begun, moment);
    const left = this.#take(awaited, await landed, 'another request');
    await this.#fetch(
      left.map((one) => ({ wanted: one, land: undefined })),
      moment,
    );
  }

  #name(work: EntityWork): Wanted[] {
    const { service, variablesOf } = this.#ask;
    const text = digest([this.#cache.urlOf(service), work.part.asked, variablesOf(work)]);
    const { open, own } = this.#caller;
    // One digest for all of them: the rest is told apart by its own text, which is cheaper than a digest of it.
    const openPrefix = digest([open, text]);
    const ownPrefix = own === undefined ? undefined : digest([own, text]);
    return work.representations.map((representation, index) => {
      const rest = representation.length > LONGEST_REST ? digest([representation]) : representation;
      const ownKey = ownPrefix === undefined ? undefined : `${ownPrefix}${rest}`;
      return { work, index, open: `${openPrefix}${rest}`, own: ownKey };
    });
  }

  /** Gives out what was found; the rest comes back. */
  #take(
    wanted: readonly Wanted[],
    entries: readonly (CacheEntry | undefined)[],
    source: CacheSource,
  ): Wanted[] {
    const found = new Map<Wanted, CacheEntry>();
    for (const [index, one] of wanted.entries()) {
      const entry = entries[index];
      if (entry !== undefined) found.set(one, entry);
    }
    if (found.size === 0) return [...wanted];
    const data: DataObject = {};
    const works = partsOf([...found.keys()]);
    for (const [work, indexes] of works) {
      const texts = indexes.map((one) => found.get(one)?.text ?? 'null');
      data[work.key] = parseData(`[${texts.join(',')}]`);
    }
    const { service, types, isCopying = false } = this.#ask;
    distribute(this.#run, [...works.keys()], { types, answer: { data, errors: [] }, isCopying });
    this.#cache.note(
      { service, kind: 'entities', source, parts: found.size },
      this.#cache.keepingNow(found.values()),
    );
    return wanted.filter((one) => !found.has(one));
  }

  async #fetch(begun: readonly Begun[], moment: Moment): Promise<void> {
    if (begun.length === 0) return;
    const shared = new Map<Wanted, CacheEntry>();
    try {
      const { service, types, bodyOf, isCopying = false } = this.#ask;
      const works = partsOf(begun.map(({ wanted }) => wanted));
      const asked = [...works.keys()];
      const answer = await this.#run.call(service, bodyOf(asked), askedBy(asked));
      const entries = [...works].flatMap(([work, wanted]) => this.#keep(work, wanted, answer));
      for (const [one, entry] of entries) if (!entry.isPrivate) shared.set(one, entry);
      const kept = entries.flatMap(([one, entry]) => keptAt(one, entry));
      if (kept.length > 0) this.#cache.parts.store.put(kept, moment);
      distribute(this.#run, asked, { types, answer, isCopying });
    } finally {
      for (const { wanted, land } of begun) land?.(shared.get(wanted));
    }
  }

  /** What of an answer may be kept; as texts, before it is changed on its way into the data. */
  #keep(
    work: EntityWork,
    wanted: readonly Wanted[],
    answer: SubgraphAnswer,
  ): readonly (readonly [Wanted, CacheEntry])[] {
    const { service } = this.#ask;
    const { parts, schema, isKeeping } = this.#cache;
    const fetch = schema.rulesOf(service, work.part.fetch.operation);
    const whose = { rules: parts.subgraph(service), caller: this.#caller };
    const keeping = keepingOf(answer, fetch, whose);
    const entities = answer.data?.[work.key];
    const isFit = Array.isArray(entities) && entities.length === wanted.length;
    const isKept = isKeeping && isFit && keeping.policy.maxAgeSeconds > 0;
    const source = isKept ? 'the subgraph, kept' : 'the subgraph';
    this.#cache.note({ service, kind: 'entities', source, parts: wanted.length }, keeping);
    if (!isKept) return [];
    const tagsOf = this.#createTags(work, { answer, fetch });
    return wanted.flatMap((one, index) => {
      const entity = entities[index];
      if (entity !== null && !isDataObject(entity)) return [];
      const tags = tagsOf(index, entity);
      const entry = tags && this.#cache.entryOf(JSON.stringify(entity), keeping, tags);
      return entry === undefined ? [] : [[one, entry] as const];
    });
  }

  #createTags(
    work: EntityWork,
    { answer, fetch }: { readonly answer: SubgraphAnswer; readonly fetch: FetchRules },
  ): (index: number, entity: DataValue) => readonly string[] | undefined {
    const { service } = this.#ask;
    const { response } = answer;
    const ofAll = response === undefined ? [] : tagsOfAnswer(response);
    const ofEach = response === undefined ? () => [] : tagsOfEntities(response, countOf(answer));
    return (index, entity) => {
      const key = readKey(work.representations[index]);
      const types = [typeOf(key), isDataObject(entity) ? typeOf(entity) : undefined].flatMap(
        (type) => type ?? [],
      );
      const formats = [...new Set(types)].flatMap((type) =>
        this.#cache.schema.entityTags(type, service),
      );
      const own = formats.flatMap((format) => expandTag(format, { key }) ?? []);
      const tags = [...ofAll, ...ofEach(index), ...own];
      return indexNames(service, { types: [...fetch.types, ...types], tags });
    };
  }
}

function keptAt({ open, own }: Wanted, entry: CacheEntry): KeptEntry[] {
  const key = entry.isPrivate ? own : open;
  return key === undefined ? [] : [{ key, entry }];
}

function typeOf({ __typename: name }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof name === 'string' ? name : undefined;
}

function readKey(representation: string | undefined): Readonly<Record<string, JsonValue>> {
  // Written by the gateway: an object.
  return representation === undefined
    ? {}
    : (parseJson(representation) as Readonly<Record<string, JsonValue>>);
}

/** Entities of all fields of an answer. */
function countOf({ data }: SubgraphAnswer): number {
  let count = 0;
  for (const key in data) {
    const value = data[key];
    if (Array.isArray(value)) count += value.length;
  }
  return count;
}

/** Works for some of their entities only, each with those in their new order. */
function partsOf(wanted: readonly Wanted[]): Map<EntityWork, readonly Wanted[]> {
  const parts = new Map<EntityWork, readonly Wanted[]>();
  for (const [work, some] of Map.groupBy(wanted, (one) => one.work)) {
    parts.set(some.length === work.representations.length ? work : partOf(work, some), some);
  }
  return parts;
}

function partOf(work: EntityWork, some: readonly Wanted[]): EntityWork {
  const places = new Map(some.map(({ index }, place) => [index, place] as const));
  const part: EntityWork = {
    part: work.part,
    key: work.key,
    representations: some.map(({ index }) => work.representations[index] ?? ''),
    targets: [],
    positions: [],
  };
  for (const [at, target] of work.targets.entries()) {
    const place = places.get(work.positions[at] ?? -1);
    if (place === undefined) continue;
    part.targets.push(target);
    part.positions.push(place);
  }
  return part;
}
