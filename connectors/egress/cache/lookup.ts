import type { KeptAnswer } from './entry.ts';
import type { Verdict } from './judge.ts';
import type { Question } from './question.ts';

/** What this process has for a request. */
export interface Lookup {
  readonly question: Question;
  /** Where it was looked for: at the address, or at one of its variants. */
  readonly key: string;
  readonly kept: KeptAnswer | undefined;
  readonly verdict: Verdict;
  /** The moment of the memory then. */
  readonly since: number;
  /** Equal for lookups between which the address was not invalidated. */
  readonly barrier: number;
}
