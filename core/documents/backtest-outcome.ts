import type { Backtested, EndState } from '../../engine/scenarios/backtest.ts';

/** What would be otherwise, in texts that are not too long. */
export interface BacktestChange {
  /** JSON pointer: `/decisions/…`, `/state`, `/output/…`, `/error/…`, `/emits/…`; empty for the job as a whole. */
  readonly path: string;
  readonly message: string;
  readonly was?: string;
  readonly wouldBe?: string;
}

/** What a definition would make of a past job, of a size that can be kept. */
export interface BacktestOutcome {
  readonly verdict: Backtested['verdict'];
  readonly was: EndState | undefined;
  readonly wouldBe: EndState | undefined;
  readonly changes: readonly BacktestChange[];
  readonly dropped: readonly string[];
  readonly unrecorded: readonly string[];
  /** True when there is more to tell than is kept. */
  readonly isCut: boolean;
}

/** Things of one kind that are told of one job. */
const most = 20;
const textCharacters = 500;

/** What is kept of it. */
export function boundedOutcome(outcome: Backtested): BacktestOutcome {
  const { changes, dropped, unrecorded, verdict, was, wouldBe } = outcome;
  return {
    ...{ verdict, was, wouldBe },
    changes: changes.slice(0, most).map(({ path, message, expected, actual }) => ({
      ...{ path: cut(path), message: cut(message) },
      ...(expected !== undefined && { was: cut(expected) }),
      ...(actual !== undefined && { wouldBe: cut(actual) }),
    })),
    dropped: dropped.slice(0, most).map(cut),
    unrecorded: unrecorded.slice(0, most).map(cut),
    isCut: [changes, dropped, unrecorded].some(({ length }) => length > most),
  };
}

function cut(text: string): string {
  return text.length > textCharacters ? `${text.slice(0, textCharacters)}…` : text;
}
