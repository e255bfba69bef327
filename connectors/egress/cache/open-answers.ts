import type { Clock } from '../../../kernel/clock.ts';
import type { CacheOutcome } from '../trace.ts';
import { type AnswerCache, createAnswerCache } from './answer-cache.ts';
import { createMemoryAnswers } from './memory-answers.ts';
import type { SharedAnswers } from './shared-answers.ts';
import { createSharing } from './sharing.ts';

/** What the cache of a process may take. */
export interface CacheSettings {
  /** Of memory; 0 for no cache. */
  readonly maxBytes: number;
  /** Of one answer. */
  readonly maxEntryBytes: number;
  /** Where answers are kept for all processes. @default nowhere */
  readonly shared?: SharedAnswers | undefined;
  /** Longest wait for what another process fetches, milliseconds. @default 5000 */
  readonly waitMs?: number;
}

/** How the cache of this process is doing. */
export interface CacheCounts {
  readonly outcomes: Readonly<Record<CacheOutcome, number>>;
  /** Requests that waited for an equal one, of this process or of another. */
  readonly waits: { readonly process: number; readonly shared: number };
  readonly bytes: number;
  readonly entries: number;
}

export interface Answers {
  readonly cache: AnswerCache | undefined;
  note(outcome: CacheOutcome, isShared: boolean): void;
  counts(): CacheCounts;
}

const defaultWaitMs = 5_000;

export function openAnswers(settings: CacheSettings, clock: Clock): Answers {
  const { maxBytes, maxEntryBytes, shared, waitMs = defaultWaitMs } = settings;
  const memory = createMemoryAnswers({ maxBytes, maxEntryBytes });
  const sharing = createSharing({ shared, memory, clock, maxEntryBytes, waitMs });
  const outcomes = { HIT: 0, REVALIDATED: 0, STALE: 0, MISS: 0, BYPASS: 0 };
  let joined = 0;
  return {
    cache: maxBytes === 0 ? undefined : createAnswerCache({ memory, sharing, clock }),
    note(outcome, isShared) {
      outcomes[outcome] += 1;
      if (isShared) joined += 1;
    },
    counts: () => ({
      outcomes,
      waits: { process: joined, shared: sharing.waits },
      bytes: memory.bytes,
      entries: memory.size,
    }),
  };
}
