import { LRUCache } from 'lru-cache';

import { sleep } from '../../../kernel/retry/sleep.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Lookup } from './lookup.ts';
import {
  decodeRecord,
  encodeRecord,
  isVariants,
  type KeptAnswer,
  type KeptRecord,
  type Variants,
} from './entry.ts';
import { judge } from './judge.ts';
import type { MemoryAnswers } from './memory-answers.ts';
import { variantKey } from './question.ts';
import type { CacheRule } from './rule.ts';
import type { Fetched, Place, Right, Seen, SharedAnswers } from './shared-answers.ts';
import { conditionsOf, windowOf } from './terms.ts';

/** How this process shares answers with others; alone it shares nothing and waits for nobody. */
export interface Sharing {
  /** What others have kept, or the right to fetch it; who waits for another's fetch waits no longer than is worth it. */
  claim(lookup: Lookup, signal: AbortSignal): Promise<Claim>;
  forget(owner: string, addresses: readonly string[]): void;
  /** Whether an answer of such a request could be kept: others are not asked where none ever can. */
  note(rule: CacheRule, isKept: boolean): void;
  /** Times that a fetch of another process was waited for. */
  readonly waits: number;
}

export interface Claim {
  /** What others have kept, good or not. */
  readonly kept: KeptAnswer | undefined;
  /** Where that was. */
  readonly key: string;
  readonly variants: Variants | undefined;
  /** For variants that are kept under the right. */
  readonly generation: string;
  keep(kept: ToKeep): void;
  /** Hands the right back with nothing to keep. */
  leave(fetched: Fetched): void;
}

export interface ToKeep {
  readonly key: string;
  readonly record: KeptAnswer;
  readonly variants: Variants | undefined;
}

export interface SharingOptions {
  readonly shared: SharedAnswers | undefined;
  readonly memory: MemoryAnswers;
  readonly clock: Clock;
  readonly maxEntryBytes: number;
  /** Longest wait for what another process fetches, milliseconds. */
  readonly waitMs: number;
}

/** After so many answers in a row that could not be kept, others are not asked any more. */
const maxPasses = 20;
const maxGroups = 10_000;
const firstLookMs = 10;
const lookMs = 100;
/** How long others are left alone once they could not be asked, milliseconds. */
const restMs = 1_000;
/** Longest that anything is kept for others, milliseconds. */
const maxKeptMs = 86_400_000;
/** How long it is kept beyond its life where the peer can be asked whether it is still good, milliseconds. */
const validatedMs = 3_600_000;

export function createSharing(options: SharingOptions): Sharing {
  const { shared, memory, clock, waitMs } = options;
  const passes = new LRUCache<string, number>({ max: maxGroups });
  let waits = 0;
  const look = createLook();

  /** What is there for the request: of an address with variants, its own. */
  async function find(owned: SharedAnswers, { question, key }: Lookup): Promise<Found | undefined> {
    const { address } = question;
    const at = { address, key };
    const first = await look(owned, at);
    const record = recordIn(first);
    if (first === undefined) return undefined;
    if (record === undefined || !isVariants(record))
      return { ...first, place: at, kept: record, variants: undefined };
    if (first.right !== undefined) owned.settle(at, first.right, { kind: 'unneeded' });
    const place = { address, key: variantKey(question, record) };
    const second = await look(owned, place);
    const own = recordIn(second);
    const kept = own === undefined || isVariants(own) ? undefined : own;
    return second && { ...second, place, kept, variants: record };
  }

  async function claimFrom(owned: SharedAnswers, lookup: Lookup, signal: AbortSignal) {
    const until = performance.now() + waitMs;
    for (let pauseMs = firstLookMs; ; pauseMs = Math.min(lookMs, pauseMs * 2)) {
      const found = await find(owned, lookup);
      const isWorthAWait = found !== undefined && !found.isPassed && found.right === undefined;
      if (!isWorthAWait || isGood(found.kept, lookup)) return found;
      if (performance.now() >= until) return found;
      if (pauseMs === firstLookMs) waits += 1;
      await sleep(pauseMs, signal);
    }
  }

  const isGood = (kept: KeptAnswer | undefined, { question }: Lookup): boolean =>
    kept !== undefined && judge(kept, question.wish, clock.now().getTime()) === 'use';

  shared?.onForget((owner, addresses) => memory.invalidate(owner, addresses));
  return {
    async claim(lookup, signal) {
      const { scope, group } = lookup.question.rule;
      const isVain = (passes.get(`${scope}\n${group}`) ?? 0) >= maxPasses;
      if (shared === undefined || isVain) return alone(lookup);
      const found = await claimFrom(shared, lookup, signal);
      return found === undefined ? alone(lookup) : claimOf(options, shared, { lookup, found });
    },
    forget: (owner, addresses) => shared?.forget(owner, addresses),
    note({ scope, group }, isKept) {
      if (shared === undefined) return;
      const name = `${scope}\n${group}`;
      if (isKept) passes.delete(name);
      else passes.set(name, (passes.get(name) ?? 0) + 1);
    },
    get waits() {
      return waits;
    },
  };
}

interface Found {
  readonly place: Place;
  readonly kept: KeptAnswer | undefined;
  readonly variants: Variants | undefined;
  readonly right: Right | undefined;
  readonly isPassed: boolean;
}

/** Looks, and leaves those alone for a while whom it could not ask. */
function createLook() {
  let restUntil = 0;
  return async (owned: SharedAnswers, place: Place): Promise<Seen | undefined> => {
    if (performance.now() < restUntil) return undefined;
    try {
      return await owned.look(place);
    } catch {
      restUntil = performance.now() + restMs;
      return undefined;
    }
  };
}

/** What cannot be read is not there: who finds it has the right to fetch. */
function recordIn(seen: Seen | undefined): KeptRecord | undefined {
  return seen?.bytes === undefined ? undefined : decodeRecord(seen.bytes);
}

const nothing = (): void => undefined;

function alone({ key, barrier }: Lookup): Claim {
  const generation = `own ${String(barrier)}`;
  return { kept: undefined, key, variants: undefined, generation, keep: nothing, leave: nothing };
}

function claimOf(
  { clock, maxEntryBytes }: SharingOptions,
  shared: SharedAnswers,
  { lookup, found }: { readonly lookup: Lookup; readonly found: Found },
): Claim {
  const { place, kept, variants, right } = found;
  const base = { kept, key: place.key, variants };
  if (right === undefined) return { ...alone(lookup), ...base };
  let isOver = false;
  const leave = (fetched: Fetched): void => {
    if (!isOver) shared.settle(place, right, fetched);
    isOver = true;
  };
  return {
    ...{ ...base, generation: right.state, leave },
    keep({ key, record, variants: told }) {
      const ttlMs = keptMs(record, clock.now().getTime());
      const isLarge = record.body.length > maxEntryBytes;
      const isKept = ttlMs > 0 && !isLarge;
      const bytes = encodeRecord(record);
      if (!isKept || key === place.key) {
        leave(isKept ? { kind: 'kept', bytes, ttlMs } : { kind: 'passed' });
        return;
      }
      // The answer turned out to be another's variant, or one of several.
      const { address } = place;
      const put = (at: string, what: Buffer): void => {
        const fetched: Fetched = { kind: 'kept', bytes: what, ttlMs };
        shared.settle({ address, key: at }, { ...right, token: '' }, fetched);
      };
      put(key, bytes);
      if (told !== undefined) put(address, encodeRecord(told));
      leave({ kind: 'unneeded' });
    },
  };
}

function keptMs(record: KeptAnswer, now: number): number {
  const { lifetime, initialAge, receivedAt } = record;
  const canBeAsked = Object.keys(conditionsOf(record)).length > 0;
  const leftMs = receivedAt - now + (lifetime - initialAge + windowOf(record)) * 1000;
  return Math.ceil(Math.min(maxKeptMs, Math.max(0, leftMs) + (canBeAsked ? validatedMs : 0)));
}
