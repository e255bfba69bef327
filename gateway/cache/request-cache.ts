import type { JsonObject } from '../../kernel/json.ts';
import { isDataObject, parseData } from '../execute/data.ts';
import type { CallSubgraph, FetchPart, SubgraphAnswer } from '../execute/fetch/subgraph-answer.ts';
import type { OperationRequest } from '../operation.ts';
import type { GraphSubgraph } from '../supergraph/graph.ts';
import type { AnswerCacheParts, CacheSource } from './cache-parts.ts';
import { type CallerKey, callerKey, digest } from './caller-key.ts';
import { indexNames, tagsOfAnswer } from './entry-tags.ts';
import type { FetchRules } from './fetch-rules.ts';
import { Freshness } from './freshness.ts';
import { type Keeping, keepingOf } from './keepable.ts';
import { readDirectives, uncacheable } from './policy.ts';
import type { CacheEntry, Moment } from './store.ts';

/** What is asked of root fields. */
export interface RootAsk {
  readonly service: string;
  readonly operation: string;
  /** The client's variables that it uses. */
  readonly usages: readonly string[];
  readonly variables: JsonObject;
  readonly body: string;
  readonly call: CallSubgraph;
}

/** What a part of the answer was made of, for who looks for a mistake. */
export interface CacheNote {
  readonly subgraph: string;
  readonly kind: 'root' | 'entities';
  readonly source: CacheSource;
  readonly parts: number;
  readonly maxAge: number;
  readonly age: number;
  readonly scope: 'PUBLIC' | 'PRIVATE';
}

/** What the schema says about fetches and entities. */
export interface EntitySchema {
  readonly rulesOf: (service: string, operation: string) => FetchRules;
  /** Formats of the tags of a type. */
  readonly entityTags: (type: string, service: string) => readonly string[];
}

export interface RequestCacheOptions {
  readonly parts: AnswerCacheParts;
  readonly schema: EntitySchema;
  readonly subgraphs: ReadonlyMap<string, GraphSubgraph>;
  readonly request: OperationRequest;
}

interface RootPlace {
  readonly caller: CallerKey;
  readonly rules: FetchRules;
  /** The key for all, and the one for the caller alone. */
  readonly open: string;
  readonly own: string | undefined;
  readonly moment: Moment;
}

/** The cache as one query uses it. */
export class RequestCache {
  readonly freshness = new Freshness();
  readonly notes: CacheNote[] = [];
  readonly parts: AnswerCacheParts;
  readonly schema: EntitySchema;
  /** The client wants no older answer. */
  readonly isReading: boolean;
  /** The client lets it be kept. */
  readonly isKeeping: boolean;
  readonly #options: RequestCacheOptions;
  readonly #callers = new Map<string, Promise<CallerKey | undefined>>();

  constructor(options: RequestCacheOptions) {
    this.parts = options.parts;
    this.schema = options.schema;
    this.#options = options;
    const asked = readDirectives(options.request.headers['cache-control'] ?? '');
    this.isKeeping = !asked.has('no-store');
    this.isReading = this.isKeeping && !asked.has('no-cache');
  }

  /** Answers root fields of one subgraph. */
  async root(ask: RootAsk): Promise<SubgraphAnswer> {
    const { service, operation } = ask;
    const caller = await this.callerOf(service);
    if (caller === undefined) return this.uncached(await ask.call(service, ask.body, askedBy(ask)));
    const text = digest([this.urlOf(service), ask.body]);
    const [open = '', own] = keysFor(caller, text);
    const { entry, moment } = await this.#find(own === undefined ? [open] : [open, own]);
    if (entry !== undefined) return this.#found(ask, entry, 'memory or Redis');
    const joined = this.isReading ? await this.parts.flights.join(open) : undefined;
    if (joined !== undefined) return this.#found(ask, joined, 'another request');
    const rules = this.schema.rulesOf(service, operation);
    return this.#askRoot(ask, { caller, rules, open, own, moment });
  }

  async #askRoot(ask: RootAsk, at: RootPlace): Promise<SubgraphAnswer> {
    const { service } = ask;
    const { caller, rules, open, own, moment } = at;
    const land = this.isKeeping ? this.parts.flights.begin(open) : undefined;
    let shared: CacheEntry | undefined;
    try {
      const answer = await ask.call(service, ask.body, askedBy(ask));
      const keeping = keepingOf(answer, rules, { rules: this.parts.subgraph(service), caller });
      const entry = this.#keepRoot(ask, answer, { rules, keeping });
      const source = entry === undefined ? 'the subgraph' : 'the subgraph, kept';
      this.note({ service, kind: 'root', source, parts: 1 }, keeping);
      const key = entry?.isPrivate === true ? own : open;
      if (entry !== undefined && key !== undefined) this.parts.store.put([{ key, entry }], moment);
      shared = entry?.isPrivate === true ? undefined : entry;
      return answer;
    } finally {
      land?.(shared);
    }
  }

  note(
    what: Pick<CacheNote, 'kind' | 'source' | 'parts'> & { readonly service: string },
    { policy, ageSeconds }: Keeping,
  ): void {
    const { service, kind, source, parts } = what;
    this.freshness.note(policy, ageSeconds);
    this.parts.count(service, source, parts);
    this.notes.push({
      ...{ subgraph: service, kind, source, parts },
      maxAge: Math.floor(policy.maxAgeSeconds),
      age: Math.floor(ageSeconds),
      scope: policy.isPrivate ? 'PRIVATE' : 'PUBLIC',
    });
  }

  urlOf(service: string): string {
    return `${service} ${this.#options.subgraphs.get(service)?.url ?? ''}`;
  }

  /** Undefined where nothing of the subgraph is kept, or nobody can say who asks. */
  callerOf(service: string): Promise<CallerKey | undefined> {
    const known = this.#callers.get(service) ?? this.#readCaller(service);
    this.#callers.set(service, known);
    return known;
  }

  async #readCaller(service: string): Promise<CallerKey | undefined> {
    const caching = this.parts.subgraph(service);
    const { request, subgraphs } = this.#options;
    const subgraph = subgraphs.get(service);
    if (!caching.isEnabled || subgraph === undefined) return undefined;
    try {
      return callerKey(request, await subgraph.headers(request), caching);
    } catch {
      // The call itself will say what is wrong.
      return undefined;
    }
  }

  async #find(keys: readonly string[]): Promise<{ entry: CacheEntry | undefined; moment: Moment }> {
    const { entries, moment } = await this.parts.store.get([keys]);
    return { entry: this.isReading ? entries[0] : undefined, moment };
  }

  /** Lets nobody keep the whole, of which this answer is a part. */
  uncached(answer: SubgraphAnswer): SubgraphAnswer {
    this.freshness.note(uncacheable, 0);
    return answer;
  }

  #found({ service }: RootAsk, entry: CacheEntry, source: CacheSource): SubgraphAnswer {
    this.note({ service, kind: 'root', source, parts: 1 }, this.keepingNow([entry]));
    const data = parseData(entry.text);
    return { data: isDataObject(data) ? data : null, errors: [] };
  }

  /** How entries together may be kept further from now on. */
  keepingNow(entries: Iterable<CacheEntry>): Keeping {
    const now = this.parts.clock.now().getTime();
    let madeAtMs = now;
    let expiresAtMs = Infinity;
    let isPrivate = false;
    for (const entry of entries) {
      madeAtMs = Math.min(madeAtMs, entry.madeAtMs);
      expiresAtMs = Math.min(expiresAtMs, entry.expiresAtMs);
      isPrivate ||= entry.isPrivate;
    }
    return {
      policy: { maxAgeSeconds: (expiresAtMs - now) / 1_000, isPrivate },
      ageSeconds: (now - madeAtMs) / 1_000,
    };
  }

  /** An entry that begins now. */
  entryOf(text: string, { policy, ageSeconds }: Keeping, tags: readonly string[]): CacheEntry {
    const now = this.parts.clock.now().getTime();
    return {
      ...{ text, tags, isPrivate: policy.isPrivate },
      madeAtMs: now - ageSeconds * 1_000,
      expiresAtMs: now + policy.maxAgeSeconds * 1_000,
    };
  }

  #keepRoot(
    { service, variables }: RootAsk,
    { data, response }: SubgraphAnswer,
    { rules, keeping }: { readonly rules: FetchRules; readonly keeping: Keeping },
  ): CacheEntry | undefined {
    const isKept = this.isKeeping && keeping.policy.maxAgeSeconds > 0;
    if (!isKept || !data || response === undefined) return undefined;
    const tags = indexNames(service, {
      types: rules.types,
      tags: [...rules.rootTags(variables), ...tagsOfAnswer(response)],
    });
    return tags && this.entryOf(JSON.stringify(data), keeping, tags);
  }
}

function askedBy({ operation, usages }: RootAsk): readonly FetchPart[] {
  return [{ operation, entities: undefined, usages }];
}

/** The key for all, and the one for the caller alone. */
function keysFor({ open, own }: CallerKey, text: string): readonly string[] {
  const keys = [digest([open, text])];
  if (own !== undefined) keys.push(digest([own, text]));
  return keys;
}
